/** What a change was refused for; where the server wants another proof of being the person, asks for it and goes on. */
import { Modal } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Confirming } from '../account/confirming';
import { needsProof } from '../account/proof';
import { meQuery } from '../session/me';
import { Refusal } from '../session/sign-in';

interface Change {
  readonly error: Error | null;
  readonly variables: unknown;
  readonly mutate: (values: never) => void;
  readonly reset: () => void;
}

export function Sure({ of: change }: { of: Change }) {
  const { t } = useTranslation();
  const { data: me } = useQuery(meQuery);
  const isAsked = needsProof(change.error);
  return (
    <>
      {!isAsked && <Refusal error={change.error} />}
      <Modal opened={isAsked && me !== undefined} onClose={change.reset} title={t('settings.prove')} size="sm" closeButtonProps={{ 'aria-label': t('act.close') }}>
        {me && <Confirming me={me} onConfirmed={() => change.mutate(change.variables as never)} />}
      </Modal>
    </>
  );
}
