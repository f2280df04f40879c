using System.Security.Cryptography;
using System.Text;

namespace BleepStore.Storage.Local.Layout;

/// <summary>Where a key is, relative to the root.</summary>
/// <param name="Bucket">The bucket, whose folder has its name.</param>
/// <param name="Key">The key.</param>
/// <param name="Path">The bucket's folder and the key's path below it.</param>
internal sealed record Place(string Bucket, string Key, string Path)
{
    /// <summary>The folder that the object's file is in.</summary>
    public string Folder => Path[..Path.LastIndexOf('/')];

    /// <summary>The object's name in its folder.</summary>
    public string Name => Path[(Path.LastIndexOf('/') + 1)..];

    /// <summary>The path of the object when its own name is a folder's, because other keys begin with it and a slash.</summary>
    public string SelfPath => $"{Path}/{LocalNames.Self}";

    /// <summary>
    /// Where the object is for the moment in which it becomes a folder, where that takes more than one step. The folder there has the object
    /// under <see cref="LocalNames.Self"/>, and the text of its name under <see cref="LocalNames.Moving"/>.
    /// </summary>
    public string MovingPath => $"{Folder}/{MovingName}";

    /// <summary>The last name of <see cref="MovingPath"/>.</summary>
    public string MovingName => LocalNames.Moving + Digest;

    /// <summary>A number that every process computes alike, to choose locks by.</summary>
    public ulong Hash => KeyLocks.HashOf(Bucket, Key);

    /// <summary>A name for files that belong to the key, of the same length for all keys.</summary>
    public string Digest => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Bucket}/{Key}")).AsSpan(0, 16));
}
