import type {
  AppointmentAnswer,
  AppointmentPageAnswer,
  LookRequestedAnswer,
} from '../../../shared/api/appointments.ts';
import type { ErasureAnswer } from '../../../shared/api/customers.ts';
import type { DiagnosticsAnswer } from '../../../shared/api/diagnostics.ts';
import type {
  GoogleClientAnswer,
  KeywordsAnswer,
  MessagePreviewAnswer,
  MessageRequest,
  PreviewAnswer,
  PreviewRequest,
  SettingsAnswer,
  TestMessageAnswer,
} from '../../../shared/api/settings.ts';
import type { ConnectLinkAnswer, ProfileRequest, StaffAnswer, StaffListAnswer } from '../../../shared/api/staff.ts';
import type { ReceiptAnswer } from '../../../shared/api/webhooks.ts';

export type Settings = SettingsAnswer;
export type Keyword = KeywordsAnswer[number];
export type { MessageRequest };
export type GoogleClientView = GoogleClientAnswer;
export type Check = DiagnosticsAnswer['checks'][number];
export type StaffView = StaffAnswer;
export type BookingDetail = AppointmentAnswer;
export type BookingItem = AppointmentPageAnswer['items'][number];
export type MeetingState = BookingItem['meeting']['state'];

interface ByEmail {
  readonly path: { readonly email: string };
}
interface ByAppointment {
  readonly path: { readonly appointmentId: string };
}

/** Every call of the admin API that the console makes: what it takes, and what a good answer holds. */
export interface Operations {
  'GET /settings': { readonly answer: Settings };
  'PATCH /settings': {
    /** What is null is as by default again. */
    readonly body: { readonly [Field in keyof Settings]?: Settings[Field] | null };
    readonly answer: Settings;
  };
  'GET /settings/google': { readonly answer: GoogleClientAnswer };
  'PUT /settings/google': {
    readonly body: { readonly clientId: string; readonly clientSecret: string };
    readonly answer: GoogleClientAnswer;
  };
  'GET /keywords': { readonly answer: KeywordsAnswer };
  'POST /settings/preview': { readonly body: PreviewRequest; readonly answer: PreviewAnswer };
  'POST /settings/preview-message': { readonly body: MessageRequest; readonly answer: MessagePreviewAnswer };
  'POST /settings/test-message': { readonly body: MessageRequest; readonly answer: TestMessageAnswer };
  'GET /diagnostics': {
    /** Only these, by id, with commas between. */
    readonly query?: { readonly check?: string };
    readonly answer: DiagnosticsAnswer;
  };
  'GET /staff': { readonly answer: StaffListAnswer };
  'GET /staff/{email}': ByEmail & { readonly answer: StaffAnswer };
  'PUT /staff/{email}': ByEmail & { readonly body: ProfileRequest; readonly answer: StaffAnswer };
  'DELETE /staff/{email}': ByEmail & { readonly answer: undefined };
  'POST /staff/{email}/connect-link': ByEmail & {
    readonly body: { readonly sendEmail: boolean };
    readonly answer: ConnectLinkAnswer;
  };
  'DELETE /staff/{email}/connection': ByEmail & { readonly answer: StaffAnswer };
  'GET /appointments': {
    /** Empty values are left out. */
    readonly query?: Readonly<Partial<Record<'state' | 'staff' | 'from' | 'to' | 'limit' | 'cursor', string>>>;
    readonly answer: AppointmentPageAnswer;
  };
  'GET /appointments/{appointmentId}': ByAppointment & { readonly answer: AppointmentAnswer };
  'POST /appointments/{appointmentId}/resync': ByAppointment & { readonly answer: LookRequestedAnswer };
  'POST /appointments/{appointmentId}/cancel': ByAppointment & { readonly answer: ReceiptAnswer };
  'DELETE /customers/{email}': ByEmail & { readonly answer: ErasureAnswer };
}
