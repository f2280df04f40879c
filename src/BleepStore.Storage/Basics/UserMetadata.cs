using System.Collections.Frozen;

namespace BleepStore.Storage.Basics;

/// <summary>The user's view of metadata. Names ignore case, and are returned in lower case.</summary>
internal static class UserMetadata
{
    public static IReadOnlyDictionary<string, string> Empty { get; } = FrozenDictionary<string, string>.Empty;
}
