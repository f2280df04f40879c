namespace BleepStore.Storage.Decorators.Encryption;

/// <summary>The beginning of an object, read. Immutable.</summary>
/// <param name="Address">Where the object is.</param>
/// <param name="Properties">Its properties as stored.</param>
/// <param name="Header">Its header. <see langword="null"/> when the object is not encrypted.</param>
internal sealed record KnownObject(ObjectAddress Address, ObjectProperties Properties, ObjectHeader? Header)
{
    /// <summary>The size of the plaintext.</summary>
    public long Size => Header is null ? Properties.Size : StoredSize.Shown(Properties.Size);

    public string Revision => Properties.Revision;
}
