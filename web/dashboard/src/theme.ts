/** The look: Mantine's parts in the language of the product. Contrast reaches WCAG 2.2 AA. */
import {
  ActionIcon,
  Badge,
  Button,
  createTheme,
  type MantineColorsTuple,
  Modal,
  Popover,
  TextInput,
  Tooltip,
} from '@mantine/core';

/** Neutral greys, a shade cooler than Mantine's, so that a table of text is quiet. */
const ink: MantineColorsTuple = [
  '#f8f9fa', '#f1f3f5', '#e6e9ec', '#d5d9dd', '#b6bcc2', '#868e96', '#626a72', '#454c54', '#2c3238', '#181c20',
];
const dark: MantineColorsTuple = [
  '#d3d7db', '#b4bac0', '#949ba3', '#6b737b', '#464d54', '#343a41', '#272c32', '#1d2126', '#16191d', '#0f1114',
];
const accent: MantineColorsTuple = [
  '#edf2ff', '#dbe4ff', '#bac8ff', '#91a7ff', '#748ffc', '#5c7cfa', '#4c6ef5', '#4263eb', '#3b5bdb', '#364fc7',
];

export const theme = createTheme({
  colors: { gray: ink, dark, accent },
  primaryColor: 'accent',
  primaryShade: { light: 8, dark: 8 },
  autoContrast: true,
  luminanceThreshold: 0.32,
  defaultRadius: 6,
  fontFamily: '"Inter Variable", system-ui, sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", Menlo, Consolas, monospace',
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  headings: { fontWeight: '550', sizes: { h1: { fontSize: '20px', lineHeight: '28px' }, h2: { fontSize: '14px', lineHeight: '20px' } } },
  spacing: { xs: '8px', sm: '12px', md: '16px', lg: '24px', xl: '32px' },
  components: {
    Button: Button.extend({ defaultProps: { size: 'xs', fw: 550 } }),
    ActionIcon: ActionIcon.extend({ defaultProps: { variant: 'subtle', color: 'gray', size: 28 } }),
    TextInput: TextInput.extend({ defaultProps: { size: 'xs' } }),
    Badge: Badge.extend({ defaultProps: { variant: 'default', tt: 'none', fw: 450, size: 'sm' } }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 300, withArrow: false, events: { hover: true, focus: true, touch: true } } }),
    Popover: Popover.extend({ defaultProps: { shadow: 'md', transitionProps: { duration: 120 } } }),
    // A dialog's head is none of the page's: two banners would be one too many.
    ModalHeader: { defaultProps: { role: 'presentation' } },
    DrawerHeader: { defaultProps: { role: 'presentation' } },
    Modal: Modal.extend({ defaultProps: { transitionProps: { duration: 120 }, centered: true } }),
  },
});
