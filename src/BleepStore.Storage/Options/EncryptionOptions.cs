namespace BleepStore.Storage;

/// <summary>The options of <c>WithEncryption</c>. They are validated when the application starts.</summary>
public sealed class EncryptionOptions
{
    /// <summary>The treatment of objects that are not encrypted. The default is <see cref="PlaintextObjects.Refuse"/>.</summary>
    public PlaintextObjects PlaintextObjects { get; set; }

    /// <summary>
    /// The id of the key in <see cref="Keys"/> that encrypts new objects. The default is <see langword="null"/>, which suits a key ring
    /// that is given in code.
    /// </summary>
    public string? CurrentKeyId { get; set; }

    /// <summary>
    /// The keys by their ids. Each key is 32 random bytes in Base64. Each id has 1 to 128 printable ASCII characters without spaces. Keys
    /// belong in a secret store and not in a file of the application. The default is none, which suits a key ring that is given in code.
    /// </summary>
    public IDictionary<string, string> Keys { get; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
