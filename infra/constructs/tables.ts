import { RemovalPolicy } from 'aws-cdk-lib';
import {
  type Attribute,
  AttributeType,
  BillingMode,
  ProjectionType,
  StreamViewType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';

const text = (name: string): Attribute => ({ name, type: AttributeType.STRING });

interface Keys {
  readonly partitionKey: string;
  /** @default - none */
  readonly sortKey?: string;
  /** @default - no stream */
  readonly stream?: StreamViewType;
}

/** The tables and their indexes. They outlive the stack, and their ids must never change: that would replace them. */
export class Tables extends Construct {
  /** What the booking platform wants; its stream wakes the sync. */
  readonly appointments: Table;
  /** Mappings, slots and meetings: what Google holds. */
  readonly meetings: Table;
  /** What each person was last told. */
  readonly told: Table;
  readonly staff: Table;
  readonly settings: Table;
  readonly oauthStates: Table;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.appointments = this.#table('Appointments', {
      partitionKey: 'appointmentId',
      stream: StreamViewType.NEW_IMAGE,
    });
    // Sparse: an item is in it only while it is owed work, so that finding nothing due costs next to nothing.
    this.appointments.addGlobalSecondaryIndex({
      indexName: 'due',
      partitionKey: text('due'),
      sortKey: text('dueAt'),
      projectionType: ProjectionType.INCLUDE,
      nonKeyAttributes: ['staffEmail'],
    });
    // Sparse too: every item that is a booking, in the order of their starts.
    this.appointments.addGlobalSecondaryIndex({
      indexName: 'byStart',
      partitionKey: text('listed'),
      sortKey: text('listedAt'),
      projectionType: ProjectionType.INCLUDE,
      nonKeyAttributes: ['staffEmail'],
    });
    this.meetings = this.#table('Meetings', { partitionKey: 'pk' });
    this.meetings.addGlobalSecondaryIndex({
      indexName: 'byStaff',
      partitionKey: text('staffEmail'),
      sortKey: text('start'),
      projectionType: ProjectionType.INCLUDE,
      nonKeyAttributes: ['state', 'end', 'appointmentId'],
    });
    this.told = this.#table('Told', { partitionKey: 'subject', sortKey: 'recipient' });
    this.staff = this.#table('Staff', { partitionKey: 'email' });
    this.settings = this.#table('Settings', { partitionKey: 'id' });
    this.oauthStates = this.#table('OauthStates', { partitionKey: 'state' });
  }

  #table(id: string, { partitionKey, sortKey, stream }: Keys): Table {
    return new Table(this, id, {
      partitionKey: text(partitionKey),
      ...(sortKey === undefined ? {} : { sortKey: text(sortKey) }),
      ...(stream === undefined ? {} : { stream }),
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.AWS_MANAGED,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      timeToLiveAttribute: 'expiresAt',
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }
}
