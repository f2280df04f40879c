using System.Collections;
using Microsoft.Extensions.FileProviders;

namespace BleepStore.Storage.AspNetCore.Files;

/// <summary>A listing as the contents of a folder.</summary>
internal sealed class ObjectDirectoryContents(IReadOnlyList<IFileInfo> entries) : IDirectoryContents
{
    public bool Exists => true;

    public IEnumerator<IFileInfo> GetEnumerator() => entries.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
