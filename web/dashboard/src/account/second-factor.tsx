/** Codes of an authenticator app as the second proof, and the recovery codes. */
import { Button, Code, Group, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { encode } from 'uqr';
import type { Schemas } from '../../../client/src';
import { api, body } from '../api';
import { meQuery } from '../session/me';
import { Refusal } from '../session/sign-in';
import { RecoveryCodes } from './codes';
import { Confirming } from './confirming';
import { needsProof } from './proof';
import { Part } from './part';
import { told as say } from '../show/toast';

export function SecondFactor({ me }: { me: Schemas['Me'] }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [code, setCode] = useState('');
  const isOn = me.second_factors.includes('totp');
  const isAsked = me.second_factors.length > 0;
  const told = () => void client.invalidateQueries({ queryKey: meQuery.queryKey });
  const begin = useMutation({ mutationFn: () => body(api.POST('/api/me/totp')) });
  const confirm = useMutation({
    mutationFn: () => body(api.PUT('/api/me/totp', { body: { code } })),
    onSuccess: () => {
      begin.reset();
      setCode('');
      told();
    },
  });
  const renew = useMutation({ mutationFn: () => body(api.POST('/api/me/recovery-codes')) });
  const remove = useMutation({
    mutationFn: () => api.DELETE('/api/me/totp'),
    onSuccess: () => {
      say(t('factor.removed'));
      told();
    },
  });
  const codes = renew.data?.codes ?? confirm.data?.codes;
  const failed = [begin, renew, remove].find((one) => one.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    confirm.mutate();
  };
  return (
    <Part title={t('factor.title')}>
      <Stack gap="sm" align="flex-start" maw={480}>
        <Text size="sm" c="var(--quiet)">
          {t(isOn ? 'factor.on' : isAsked ? 'factor.byPasskey' : 'factor.off')}
        </Text>
        {failed && (needsProof(failed.error) ? <Confirming me={me} onConfirmed={() => failed.mutate()} /> : <Refusal error={failed.error} />)}
        {begin.data && (
          <form onSubmit={submit}>
            <Stack gap="sm">
              <Text size="sm">{t('factor.scan')}</Text>
              <Drawn text={begin.data.uri} label={t('factor.drawn')} />
              <Code>{begin.data.secret}</Code>
              <TextInput autoFocus autoComplete="one-time-code" inputMode="numeric" label={t('factor.code')} required value={code} onChange={(event) => setCode(event.currentTarget.value)} />
              <Refusal error={confirm.error} />
              <Group>
                <Button type="submit" loading={confirm.isPending}>
                  {t('factor.confirm')}
                </Button>
              </Group>
            </Stack>
          </form>
        )}
        {codes && <RecoveryCodes codes={codes} />}
        <Group gap={8}>
          {!isOn && !begin.data && (
            <Button variant="default" loading={begin.isPending} onClick={() => begin.mutate()}>
              {t('factor.begin')}
            </Button>
          )}
          {isAsked && (
            <Button variant="default" loading={renew.isPending} onClick={() => renew.mutate()}>
              {t('factor.renew')}
            </Button>
          )}
          {isOn && (
            <Button variant="default" loading={remove.isPending} onClick={() => remove.mutate()}>
              {t('factor.remove')}
            </Button>
          )}
        </Group>
      </Stack>
    </Part>
  );
}

/** A QR code, dark on light in both schemes: cameras read no other. */
function Drawn({ text, label }: { text: string; label: string }) {
  const { data, size } = encode(text, { ecc: 'M', border: 2 });
  const path = data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : []))).join('');
  return (
    <svg width={184} height={184} viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shapeRendering="crispEdges">
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}
