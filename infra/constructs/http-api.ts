import { CfnOutput, Lazy, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  HttpApi as AwsHttpApi,
  type CfnRoute,
  type CfnStage,
  DomainName,
  HttpMethod,
  HttpRoute,
  HttpRouteKey,
  HttpStage,
  LogGroupLogDestination,
  PayloadFormatVersion,
  SecurityPolicy,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { CfnRecordSet } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import type { CustomDomain } from '../config.ts';
import type { ServiceFunction } from './service-function.ts';

/** `GET /path`, as API Gateway writes a route key. */
type RouteKey = `${'GET' | 'PUT' | 'PATCH' | 'POST' | 'DELETE'} /${string}`;

/**
 * How many requests to one route are taken, from everybody together: a second, and at once. More are answered 429. API Gateway counts each
 * route by itself, so a flood at one of them leaves the others alone.
 */
export interface Limit {
  readonly rateLimit: number;
  readonly burstLimit: number;
}

/** What is good for a route, by what a call of it costs and who makes it. */
export const LIMITS = {
  /** Far above what any clinic books, far below what would use up an account's Lambda concurrency for long. */
  platform: { rateLimit: 100, burstLimit: 200 },
  /** A person with a browser, and what loads with a page. */
  people: { rateLimit: 20, burstLimit: 50 },
  /** Each call reads whole tables, writes a mail, or asks Google, SES and SQS. */
  costly: { rateLimit: 2, burstLimit: 10 },
} as const satisfies Record<string, Limit>;

/** Name and address of the HTTP API. */
interface HttpApiProps {
  /** Begins the name of the access log. */
  readonly prefix: string;
  /** @default - only the address that API Gateway gives */
  readonly domain: CustomDomain | undefined;
}

/** The one HTTP API: explicit routes only, throttled, with an access log that says nothing about people. */
export class HttpApi extends Construct {
  /** What every link, redirect and webhook address begins with; no trailing slash. */
  readonly publicUrl: string;
  readonly serverErrors: Metric;
  readonly #api: AwsHttpApi;
  readonly #stage: CfnStage;
  readonly #limits: Record<RouteKey, { ThrottlingRateLimit: number; ThrottlingBurstLimit: number }> = {};

  constructor(scope: Construct, id: string, { prefix, domain }: HttpApiProps) {
    super(scope, id);
    this.#api = new AwsHttpApi(this, 'Api', { apiName: prefix, createDefaultStage: false });
    this.publicUrl = domain === undefined ? this.#api.apiEndpoint : `https://${domain.domainName}`;
    this.serverErrors = this.#api.metricServerError();

    // Under /aws/vendedlogs/ it needs no entry of its own in the account's log policy, whose size is limited.
    const accessLog = new LogGroup(this, 'AccessLog', {
      logGroupName: `/aws/vendedlogs/${prefix}/http-api`,
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const customDomain = domain && this.#domain(domain);
    const stage = new HttpStage(this, 'DefaultStage', {
      httpApi: this.#api,
      autoDeploy: true,
      throttle: LIMITS.people,
      // Path, query and address are left out on purpose: they carry e-mail addresses and one-click tokens.
      accessLogSettings: {
        destination: new LogGroupLogDestination(accessLog),
        format: AccessLogFormat.custom(
          JSON.stringify({
            time: '$context.requestTime',
            requestId: '$context.requestId',
            routeKey: '$context.routeKey',
            status: '$context.status',
            latencyMs: '$context.responseLatency',
            integrationLatencyMs: '$context.integrationLatency',
            integrationStatus: '$context.integrationStatus',
            integrationError: '$context.integrationErrorMessage',
            error: '$context.error.message',
          }),
        ),
      },
      ...(customDomain === undefined ? {} : { domainMapping: { domainName: customDomain } }),
    });
    this.#stage = stage.node.defaultChild as CfnStage;
    this.#stage.routeSettings = Lazy.any({ produce: () => this.#limits });
  }

  /**
   * Brings routes to a function.
   *
   * @param authentication how the function itself makes sure who is calling; a gateway authorizer could not answer as
   * the API promises, and could not see the body that a signature covers
   */
  route(target: ServiceFunction, authentication: string, limit: Limit, ...routes: RouteKey[]): void {
    const integration = new HttpLambdaIntegration(`${target.node.id}Integration`, target.lambda, {
      payloadFormatVersion: PayloadFormatVersion.VERSION_2_0,
      scopePermissionToRoute: false,
    });
    for (const key of routes) {
      const [method, path] = key.split(' ') as [keyof typeof HttpMethod, string];
      const route = new HttpRoute(this, routeId(key), {
        httpApi: this.#api,
        integration,
        routeKey: HttpRouteKey.with(path, HttpMethod[method]),
      });
      Validations.of(route).acknowledge({ id: 'AwsSolutions-APIG4', reason: authentication });
      this.#limits[key] = { ThrottlingRateLimit: limit.rateLimit, ThrottlingBurstLimit: limit.burstLimit };
      // Only of a route that there is can the stage say anything.
      this.#stage.addResourceDependency(route.node.defaultChild as CfnRoute);
    }
  }

  // The address that API Gateway gives stays open beside it, for what was pasted elsewhere before.
  #domain({ domainName, certificateArn, hostedZoneId }: CustomDomain): DomainName {
    const custom = new DomainName(this, 'Domain', {
      domainName,
      certificate: Certificate.fromCertificateArn(this, 'Certificate', certificateArn),
      securityPolicy: SecurityPolicy.TLS_1_2,
    });
    if (hostedZoneId !== undefined) {
      new CfnRecordSet(this, 'AliasRecord', {
        hostedZoneId,
        name: domainName,
        type: 'A',
        aliasTarget: { dnsName: custom.regionalDomainName, hostedZoneId: custom.regionalHostedZoneId },
      });
    } else {
      new CfnOutput(this, 'DnsTarget', {
        key: 'DnsTarget',
        description: `Make a CNAME record for ${domainName} that points here.`,
        value: custom.regionalDomainName,
      });
    }
    return custom;
  }
}

/** `PUT /staff/{email}` becomes `PutStaffEmail`. */
const routeId = (key: RouteKey): string =>
  key
    .split(/[^A-Za-z]+/)
    .filter(Boolean)
    .map((word, index) => word.charAt(0).toUpperCase() + (index === 0 ? word.slice(1).toLowerCase() : word.slice(1)))
    .join('');
