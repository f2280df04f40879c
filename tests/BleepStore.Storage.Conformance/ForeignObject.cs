namespace BleepStore.Storage.Conformance;

/// <summary>Something that a harness has put into a bucket's place upstream under a name that no key spells.</summary>
/// <param name="DisplayName">How <see cref="Bucket.ListForeignNamesAsync"/> shows the name.</param>
/// <param name="RemoveAsync">Removes it.</param>
public sealed record ForeignObject(string DisplayName, Func<Task> RemoveAsync);
