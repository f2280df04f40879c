namespace BleepStore.Storage;

/// <summary>
/// Presigned URLs that lead to the application instead of the upstream. They work on every backend, including a local disk, memory, and a
/// backend behind a decorator that encrypts. The package <c>BleepStore.Storage.AspNetCore</c> serves them.
/// </summary>
public sealed class StoreLinkOptions
{
    /// <summary>The shortest key in bytes (32).</summary>
    public const int MinimumKeyBytes = 32;

    /// <summary>
    /// Where the application serves links, such as <c>https://files.example.com/links</c>. An absolute http or https address without query.
    /// The default is <see langword="null"/>, so the backend signs.
    /// </summary>
    public Uri? BaseUrl { get; set; }

    /// <summary>
    /// The secret that signs, in Base64. It has at least <see cref="MinimumKeyBytes"/> random bytes. All instances of the application need
    /// the same key. A new key makes all existing links invalid. The default is <see langword="null"/>.
    /// </summary>
    public string? Key { get; set; }

    /// <summary>
    /// Creates the signer, instead of <see cref="Key"/>. It is called once, when the store is created. The default is
    /// <see langword="null"/>.
    /// </summary>
    public Func<LinkSigner>? SignerFactory { get; set; }
}
