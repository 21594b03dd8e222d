import { Switch } from '@mantine/core';
import { IconVolume, IconVolumeOff } from '@tabler/icons-react';
import { useText } from '../../app/i18n/i18n.ts';
import { switchSound, useSound } from './sound.ts';

export function SoundSwitch() {
  const t = useText();
  const isOn = useSound((sound) => sound.isOn);
  return (
    <Switch
      size="md"
      label={t('partner:new.sound')}
      checked={isOn}
      thumbIcon={isOn ? <IconVolume size={12} aria-hidden /> : <IconVolumeOff size={12} aria-hidden />}
      onChange={(event) => switchSound(event.currentTarget.checked)}
    />
  );
}
