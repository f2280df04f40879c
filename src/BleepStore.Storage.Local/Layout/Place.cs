using System.Security.Cryptography;
using System.Text;

namespace BleepStore.Storage.Local.Layout;

/// <summary>The place of a key, relative to the root.</summary>
/// <param name="Bucket">The bucket, whose folder has its name.</param>
/// <param name="Key">The key.</param>
/// <param name="Path">The bucket's folder and the key's path below it.</param>
internal sealed record Place(string Bucket, string Key, string Path)
{
    /// <summary>The folder of the object's file.</summary>
    public string Folder => Path[..Path.LastIndexOf('/')];

    /// <summary>The object's name in its folder.</summary>
    public string Name => Path[(Path.LastIndexOf('/') + 1)..];

    /// <summary>The path of the object when a folder has its own name, because other keys begin with this key and a slash.</summary>
    public string SelfPath => $"{Path}/{LocalNames.Self}";

    /// <summary>
    /// The path of the object while it becomes a folder, if that takes more than one step. The folder there has the object under
    /// <see cref="LocalNames.Self"/>, and the text of the object's name under <see cref="LocalNames.Moving"/>.
    /// </summary>
    public string MovingPath => $"{Folder}/{MovingName}";

    /// <summary>The last name of <see cref="MovingPath"/>.</summary>
    public string MovingName => LocalNames.Moving + Digest;

    /// <summary>A number that is the same in every process. It selects the lock.</summary>
    public ulong Hash => KeyLocks.HashOf(Bucket, Key);

    /// <summary>A name for files that belong to the key, of the same length for all keys.</summary>
    public string Digest => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Bucket}/{Key}")).AsSpan(0, 16));
}
