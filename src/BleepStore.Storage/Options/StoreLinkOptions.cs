namespace BleepStore.Storage;

/// <summary>
/// Presigned URLs that lead to the application instead of the upstream. They work on every backend, also where the upstream signs none: on a
/// local disk, in memory, and behind a decorator that encrypts. The package <c>BleepStore.Storage.AspNetCore</c> serves them.
/// </summary>
public sealed class StoreLinkOptions
{
    /// <summary>The shortest key, in bytes: 32.</summary>
    public const int MinimumKeyBytes = 32;

    /// <summary>
    /// Where the application serves links, such as <c>https://files.example.com/links</c>. An absolute http or https address without query.
    /// Default: <see langword="null"/>, so the backend signs.
    /// </summary>
    public Uri? BaseUrl { get; set; }

    /// <summary>
    /// The secret that signs, in Base64: at least <see cref="MinimumKeyBytes"/> random bytes. All instances of the application need the same
    /// key. Another key ends all links. Default: <see langword="null"/>.
    /// </summary>
    public string? Key { get; set; }

    /// <summary>
    /// Makes what signs, instead of <see cref="Key"/>. Called once, when the store is made. Default: <see langword="null"/>.
    /// </summary>
    public Func<LinkSigner>? SignerFactory { get; set; }
}
