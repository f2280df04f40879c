namespace BleepStore.Storage.Aws.Tests.Support;

/// <summary>The reactions of servers to a condition on a write.</summary>
public enum ConditionAnswer
{
    /// <summary>The write is made when it holds, else 412.</summary>
    Honours,

    /// <summary>As <see cref="Honours"/>, but ETags are known without quotes only.</summary>
    HonoursBare,

    /// <summary>The write is made.</summary>
    Ignores,

    /// <summary>501 <c>NotImplemented</c>.</summary>
    Answers501,

    /// <summary>400 <c>InvalidArgument</c>.</summary>
    Answers400,
}
