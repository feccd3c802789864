/** Sends a file and tells of its progress, 0 to 1: `fetch` cannot. What fails has a `status`. */
export function upload<T>(
  address: string,
  token: string,
  file: Blob,
  tell: (part: number) => void,
  signal: AbortSignal,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const sending = new XMLHttpRequest();
    sending.open('POST', address);
    sending.setRequestHeader('Authorization', `Bearer ${token}`);
    sending.setRequestHeader('Content-Type', 'application/octet-stream');
    sending.responseType = 'json';
    sending.upload.onprogress = ({ loaded, total }) => tell(loaded / total);
    sending.onload = () =>
      sending.status < 300
        ? resolve(sending.response)
        : reject(sending);
    sending.onerror = sending.onabort = reject;
    signal.onabort = () => sending.abort();
    sending.send(file);
  });
}
