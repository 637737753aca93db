"""Which properties replace a resource when they change, by the resource's type.

Source: the `createOnlyProperties` and `conditionalCreateOnlyProperties` of the CloudFormation registry's schemas, as
cfn-lint ships them; a test holds these tables to them. What the schemas leave out and the template reference's
"Update requires" says is in a table of its own. Anything else is changed in place, or refused by the service that it
is of.
"""

from collections.abc import Mapping
from typing import Literal

from pipeline.rehearsal.spec import Json

type Recreation = Literal["Always", "Conditionally", "Never"]


def _table(lines: Mapping[str, str]) -> Mapping[str, frozenset[str]]:
    return {resource_type: frozenset(names.split()) for resource_type, names in lines.items()}


CREATE_ONLY: Mapping[str, frozenset[str]] = _table(
    {
        "AWS::AccessAnalyzer::Analyzer": "AnalyzerName Type",
        "AWS::ApiGateway::Account": "",
        "AWS::ApiGateway::ApiKey": "GenerateDistinctId Name Value",
        "AWS::ApiGateway::Authorizer": "RestApiId",
        "AWS::ApiGateway::BasePathMapping": "BasePath DomainName",
        "AWS::ApiGateway::Deployment": "DeploymentCanarySettings RestApiId",
        "AWS::ApiGateway::DomainName": "DomainName",
        "AWS::ApiGateway::GatewayResponse": "ResponseType RestApiId",
        "AWS::ApiGateway::Method": "HttpMethod ResourceId RestApiId",
        "AWS::ApiGateway::Model": "ContentType Name RestApiId",
        "AWS::ApiGateway::RequestValidator": "Name RestApiId",
        "AWS::ApiGateway::Resource": "ParentId PathPart RestApiId",
        "AWS::ApiGateway::RestApi": "",
        "AWS::ApiGateway::Stage": "RestApiId StageName",
        "AWS::ApiGateway::UsagePlan": "",
        "AWS::ApiGateway::UsagePlanKey": "KeyId KeyType UsagePlanId",
        "AWS::Backup::BackupVault": "BackupVaultName EncryptionKeyArn",
        "AWS::Budgets::Budget": "Budget/BudgetName NotificationsWithSubscribers",
        "AWS::CDK::Metadata": "",
        "AWS::CE::AnomalyMonitor": "MonitorDimension MonitorSpecification MonitorType ResourceTags",
        "AWS::CE::AnomalySubscription": "ResourceTags",
        "AWS::CertificateManager::Certificate": (
            "CertificateAuthorityArn CertificateExport DomainName DomainValidationOptions KeyAlgorithm "
            "SubjectAlternativeNames"
        ),
        "AWS::Chatbot::SlackChannelConfiguration": "ConfigurationName SlackWorkspaceId",
        "AWS::CloudFormation::Stack": "",
        "AWS::CloudFormation::WaitConditionHandle": "",
        "AWS::CloudWatch::Alarm": "AlarmName",
        "AWS::CloudWatch::CompositeAlarm": "AlarmName",
        "AWS::CloudWatch::Dashboard": "DashboardName",
        "AWS::CodeBuild::Project": "Name",
        "AWS::CodeBuild::ReportGroup": "Name Type",
        "AWS::CodeConnections::Connection": "ConnectionName HostArn ProviderType",
        "AWS::CodeDeploy::Application": "ApplicationName ComputePlatform",
        "AWS::CodeDeploy::DeploymentConfig": (
            "ComputePlatform DeploymentConfigName MinimumHealthyHosts TrafficRoutingConfig ZonalConfig"
        ),
        "AWS::CodeDeploy::DeploymentGroup": "ApplicationName DeploymentGroupName",
        "AWS::CodePipeline::Pipeline": "Name",
        "AWS::CodePipeline::Webhook": "Name",
        "AWS::CodeStarConnections::Connection": "ConnectionName HostArn ProviderType",
        "AWS::CodeStarNotifications::NotificationRule": "Resource",
        "AWS::Cognito::IdentityPool": "",
        "AWS::Cognito::IdentityPoolPrincipalTag": "IdentityPoolId IdentityProviderName",
        "AWS::Cognito::IdentityPoolRoleAttachment": "IdentityPoolId",
        "AWS::Cognito::UserPool": "",
        "AWS::Cognito::UserPoolClient": "GenerateSecret UserPoolId",
        "AWS::Cognito::UserPoolDomain": "Domain UserPoolId",
        "AWS::Cognito::UserPoolGroup": "GroupName UserPoolId",
        "AWS::Cognito::UserPoolIdentityProvider": "ProviderName ProviderType UserPoolId",
        "AWS::Cognito::UserPoolResourceServer": "Identifier UserPoolId",
        "AWS::DocDB::DBCluster": (
            "AvailabilityZones DBClusterIdentifier DBSubnetGroupName KmsKeyId MasterUsername SnapshotIdentifier "
            "SourceDBClusterIdentifier StorageEncrypted"
        ),
        "AWS::DocDB::DBInstance": "AvailabilityZone DBClusterIdentifier DBInstanceIdentifier",
        "AWS::DynamoDB::GlobalTable": "TableName",
        "AWS::DynamoDB::Table": "ImportSourceSpecification TableName",
        "AWS::EC2::Volume": "",
        "AWS::ECR::Repository": (
            "EncryptionConfiguration EncryptionConfiguration/EncryptionType EncryptionConfiguration/KmsKey "
            "RepositoryName"
        ),
        "AWS::EFS::FileSystem": "AvailabilityZoneName Encrypted KmsKeyId PerformanceMode",
        "AWS::EMR::Cluster": (
            "AdditionalInfo Applications AutoScalingRole BootstrapActions Configurations CustomAmiId "
            "EbsRootVolumeIops EbsRootVolumeSize EbsRootVolumeThroughput JobFlowRole KerberosAttributes "
            "LogEncryptionKmsKeyId LogUri Name OSReleaseLabel PlacementGroupConfigs ReleaseLabel ScaleDownBehavior "
            "SecurityConfiguration ServiceRole Steps"
        ),
        "AWS::ElastiCache::CacheCluster": (
            "CacheSubnetGroupName ClusterName Engine NetworkType Port SnapshotArns SnapshotName"
        ),
        "AWS::ElastiCache::ReplicationGroup": (
            "AtRestEncryptionEnabled CacheSubnetGroupName DataTieringEnabled GlobalReplicationGroupId KmsKeyId "
            "NetworkType Port PreferredCacheClusterAZs ReplicationGroupId SnapshotArns SnapshotName"
        ),
        "AWS::ElastiCache::ServerlessCache": (
            "ConnectionType KmsKeyId NetworkType ServerlessCacheName SnapshotArnsToRestore SubnetIds"
        ),
        "AWS::Elasticsearch::Domain": "DomainName",
        "AWS::Events::Archive": "ArchiveName SourceArn",
        "AWS::Events::EventBus": "Name",
        "AWS::Events::Rule": "Name",
        "AWS::FSx::FileSystem": "BackupId FileSystemType KmsKeyId SecurityGroupIds SubnetIds",
        "AWS::IAM::ManagedPolicy": "Description ManagedPolicyName Path",
        "AWS::IAM::Policy": "",
        "AWS::IAM::Role": "Path RoleName",
        "AWS::KMS::Alias": "AliasName",
        "AWS::KMS::Key": "",
        "AWS::KMS::ReplicaKey": "PrimaryKeyArn",
        "AWS::Kinesis::Stream": "Name",
        "AWS::Lambda::Alias": "FunctionName Name",
        "AWS::Lambda::EventInvokeConfig": "FunctionName Qualifier",
        "AWS::Lambda::EventSourceMapping": (
            "EventSourceArn SelfManagedEventSource StartingPosition StartingPositionTimestamp"
        ),
        "AWS::Lambda::Function": "FunctionName PackageType TenancyConfig",
        "AWS::Lambda::Permission": (
            "Action EventSourceToken FunctionName FunctionUrlAuthType InvokedViaFunctionUrl Principal PrincipalOrgID "
            "SourceAccount SourceArn"
        ),
        "AWS::Lambda::Version": "CodeSha256 Description FunctionName ProvisionedConcurrencyConfig RuntimePolicy",
        "AWS::Logs::LogGroup": "LogGroupName",
        "AWS::Logs::MetricFilter": "FilterName LogGroupName",
        "AWS::Logs::ResourcePolicy": "PolicyName",
        "AWS::MemoryDB::Cluster": (
            "ClusterName DataTiering KmsKeyId MultiRegionClusterName NetworkType Port SnapshotArns SnapshotName "
            "SubnetGroupName TLSEnabled"
        ),
        "AWS::Neptune::DBCluster": (
            "AvailabilityZones DBClusterIdentifier DBSubnetGroupName GlobalClusterIdentifier KmsKeyId RestoreToTime "
            "RestoreType SnapshotIdentifier SourceDBClusterIdentifier StorageEncrypted UseLatestRestorableTime"
        ),
        "AWS::Neptune::DBInstance": (
            "AvailabilityZone DBClusterIdentifier DBInstanceIdentifier DBSnapshotIdentifier DBSubnetGroupName"
        ),
        "AWS::OpenSearchService::Domain": "DomainName EngineMode",
        "AWS::Organizations::Account": "",
        "AWS::Pipes::Pipe": (
            "Name Source SourceParameters/ActiveMQBrokerParameters/QueueName "
            "SourceParameters/DynamoDBStreamParameters/StartingPosition "
            "SourceParameters/KinesisStreamParameters/StartingPosition "
            "SourceParameters/KinesisStreamParameters/StartingPositionTimestamp "
            "SourceParameters/ManagedStreamingKafkaParameters/ConsumerGroupID "
            "SourceParameters/ManagedStreamingKafkaParameters/StartingPosition "
            "SourceParameters/ManagedStreamingKafkaParameters/TopicName "
            "SourceParameters/RabbitMQBrokerParameters/QueueName "
            "SourceParameters/RabbitMQBrokerParameters/VirtualHost "
            "SourceParameters/SelfManagedKafkaParameters/AdditionalBootstrapServers "
            "SourceParameters/SelfManagedKafkaParameters/ConsumerGroupID "
            "SourceParameters/SelfManagedKafkaParameters/StartingPosition "
            "SourceParameters/SelfManagedKafkaParameters/TopicName"
        ),
        "AWS::QLDB::Ledger": "Name",
        "AWS::RDS::DBCluster": (
            "ClusterScalabilityType DBClusterIdentifier DBSubnetGroupName DBSystemId DatabaseName EngineMode "
            "KmsKeyId PubliclyAccessible RestoreToTime RestoreType SnapshotIdentifier SourceDBClusterIdentifier "
            "SourceDbClusterResourceId SourceRegion StorageEncrypted UseLatestRestorableTime"
        ),
        "AWS::RDS::DBInstance": (
            "BackupTarget CharacterSetName CustomIAMInstanceProfile DBClusterIdentifier DBInstanceIdentifier DBName "
            "DBSubnetGroupName DBSystemId KmsKeyId MasterUsername NcharCharacterSetName SourceRegion "
            "StorageEncrypted Timezone"
        ),
        "AWS::RDS::GlobalCluster": "Engine GlobalClusterIdentifier SourceDBClusterIdentifier StorageEncrypted",
        "AWS::Redshift::Cluster": (
            "ClusterIdentifier ClusterSubnetGroupName DBName MasterUsername OwnerAccount SnapshotClusterIdentifier "
            "SnapshotIdentifier"
        ),
        "AWS::Route53::RecordSet": "HostedZoneId HostedZoneName",
        "AWS::S3::Bucket": "BucketName BucketNamePrefix BucketNamespace",
        "AWS::S3::BucketPolicy": "Bucket",
        "AWS::S3Express::DirectoryBucket": "BucketName DataRedundancy LocationName",
        "AWS::S3Tables::Table": (
            "IcebergMetadata OpenTableFormat StorageClassConfiguration TableBucketARN WithoutMetadata"
        ),
        "AWS::S3Tables::TableBucket": "TableBucketName",
        "AWS::SDB::Domain": "",
        "AWS::SES::ConfigurationSet": "Name",
        "AWS::SES::ConfigurationSetEventDestination": "ConfigurationSetName",
        "AWS::SES::EmailIdentity": "EmailIdentity",
        "AWS::SNS::Subscription": "Endpoint Protocol TopicArn",
        "AWS::SNS::Topic": "FifoTopic TopicName",
        "AWS::SNS::TopicPolicy": "",
        "AWS::SQS::Queue": "FifoQueue QueueName",
        "AWS::SQS::QueuePolicy": "",
        "AWS::SSM::Parameter": "Name",
        "AWS::Scheduler::Schedule": "Name",
        "AWS::SecretsManager::ResourcePolicy": "SecretId",
        "AWS::SecretsManager::RotationSchedule": "SecretId",
        "AWS::SecretsManager::Secret": "Name",
        "AWS::Timestream::Database": "DatabaseName",
        "AWS::Timestream::Table": "DatabaseName TableName",
        "AWS::XRay::SamplingRule": "SamplingRule/Version",
    }
)
"""By type, the properties that can only be given when it is made; `A/B` is a part of the property `A`."""

CONDITIONALLY_CREATE_ONLY: Mapping[str, frozenset[str]] = _table(
    {
        "AWS::AccessAnalyzer::Analyzer": "AnalyzerConfiguration",
        "AWS::DynamoDB::GlobalTable": "GlobalTableSourceArn KeySchema LocalSecondaryIndexes",
        "AWS::DynamoDB::Table": "KeySchema",
        "AWS::ElastiCache::CacheCluster": "IpDiscovery PreferredAvailabilityZones",
        "AWS::ElastiCache::ReplicationGroup": "AuthToken NodeGroupConfiguration",
        "AWS::Events::Rule": "EventBusName",
        "AWS::Lambda::Function": "DurableConfig",
        "AWS::Neptune::DBInstance": "AutoMinorVersionUpgrade DBParameterGroupName PreferredMaintenanceWindow",
        "AWS::OpenSearchService::Domain": (
            "AdvancedSecurityOptions/Enabled EncryptionAtRestOptions/Enabled EncryptionAtRestOptions/KmsKeyId"
        ),
        "AWS::RDS::DBCluster": "AvailabilityZones Engine GlobalClusterIdentifier MasterUsername",
        "AWS::RDS::DBInstance": (
            "AutoMinorVersionUpgrade AvailabilityZone BackupRetentionPeriod DBClusterSnapshotIdentifier "
            "DBParameterGroupName DBSnapshotIdentifier Engine MultiAZ PerformanceInsightsKMSKeyId "
            "PreferredMaintenanceWindow RestoreTime SourceDBClusterIdentifier SourceDBInstanceAutomatedBackupsArn "
            "SourceDBInstanceIdentifier SourceDbiResourceId UseLatestRestorableTime"
        ),
        "AWS::SES::ConfigurationSetEventDestination": "EventDestination/Name",
        "AWS::SNS::Subscription": "Region",
    }
)
"""By type, the properties of which some changes replace it, and others don't."""

DOCUMENTED: Mapping[str, frozenset[str]] = _table(
    {
        "AWS::DocDB::DBCluster": "EngineVersion",
        "AWS::DynamoDB::Table": "AttributeDefinitions",
        "AWS::EMR::Cluster": "Instances",
        "AWS::ElastiCache::CacheCluster": "AZMode NumCacheNodes PreferredAvailabilityZone",
        "AWS::ElastiCache::ReplicationGroup": "Engine NumNodeGroups ReplicasPerNodeGroup",
        "AWS::Elasticsearch::Domain": (
            "AdvancedSecurityOptions ElasticsearchVersion EncryptionAtRestOptions NodeToNodeEncryptionOptions"
        ),
        "AWS::FSx::FileSystem": "FileSystemTypeVersion",
        "AWS::RDS::DBInstance": "Port StorageType",
    }
)
"""The same of what holds data, where the schemas say nothing. Source: the template reference, of a table's
AttributeDefinitions "Replacement if you edit an existing AttributeDefinition"; of the others the service
specification that CDK's toolkit ships (`causesReplacement`). What that takes for certain is held for possible here.
"""


def recreation(resource_type: str, name: str) -> Recreation | None:
    """Whether a changed property replaces its resource, in a change set's words; None for a type that isn't listed.

    `Conditionally` is also the word where only a part of the property replaces.
    """
    if (always := CREATE_ONLY.get(resource_type)) is None:
        return None
    if name in always:
        return "Always"
    nowhere = frozenset[str]()
    possible = always | CONDITIONALLY_CREATE_ONLY.get(resource_type, nowhere) | DOCUMENTED.get(resource_type, nowhere)
    return "Conditionally" if any(path.partition("/")[0] == name for path in possible) else "Never"


def recreation_of(resource_type: str, name: str, old: Json, new: Json) -> Recreation | None:
    """The same of one change, from one value of the property to another, where the values decide it."""
    if (resource_type, name) == ("AWS::DynamoDB::Table", "AttributeDefinitions"):
        return "Conditionally" if _edited(old, new) else "Never"
    return recreation(resource_type, name)


def _edited(old: Json, new: Json) -> bool:
    """Whether an attribute of both has another type, as far as both can be read; if not, it may have."""
    before, after = _types(old), _types(new)
    if before is None or after is None:
        return True
    return any(before[attribute] != after[attribute] for attribute in before.keys() & after.keys())


def _types(definitions: Json) -> dict[str, Json] | None:
    """The type of each defined attribute; None where the definitions aren't written out."""
    if not isinstance(definitions, list):
        return None
    found: dict[str, Json] = {}
    for each in definitions:
        if not isinstance(each, dict) or not isinstance(name := each.get("AttributeName"), str):
            return None
        found[name] = each.get("AttributeType")
    return found
