namespace BleepStore.Storage.Aws.Conditions;

/// <summary>The requests on which a server can honour conditions, or not look at them.</summary>
internal enum ConditionKind
{
    Put,
    Copy,
    Complete,
    Delete,
}
