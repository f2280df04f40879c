using System.Collections.Frozen;

namespace BleepStore.Storage.Basics;

/// <summary>The users' side of metadata: names without regard to case, lower case when returned.</summary>
internal static class UserMetadata
{
    public static IReadOnlyDictionary<string, string> Empty { get; } = FrozenDictionary<string, string>.Empty;
}
