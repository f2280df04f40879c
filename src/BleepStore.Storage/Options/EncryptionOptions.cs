namespace BleepStore.Storage;

/// <summary>The options of <c>WithEncryption</c>. They are validated when the application starts.</summary>
public sealed class EncryptionOptions
{
    /// <summary>What to do with objects that are not encrypted. Default: <see cref="PlaintextObjects.Refuse"/>.</summary>
    public PlaintextObjects PlaintextObjects { get; set; }

    /// <summary>
    /// The id of the key in <see cref="Keys"/> that encrypts new objects. Default: <see langword="null"/>, for a key ring that is given in
    /// code.
    /// </summary>
    public string? CurrentKeyId { get; set; }

    /// <summary>
    /// The keys by their ids: each 32 random bytes in Base64, each id 1 to 128 printable ASCII characters without spaces. Keys belong in a
    /// secret store and not in a file of the application. Default: none, for a key ring that is given in code.
    /// </summary>
    public IDictionary<string, string> Keys { get; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
