using Microsoft.Extensions.FileProviders;

namespace BleepStore.Storage.AspNetCore.Files;

/// <summary>An object as a file.</summary>
internal sealed class ObjectFileInfo(
    Bucket bucket, PropertyCache cache, string key, long size, DateTimeOffset lastModified, string revision) : IFileInfo
{
    public bool Exists => true;

    public long Length => size;

    public string? PhysicalPath => null;

    public string Name => key[(key.LastIndexOf('/') + 1)..];

    public DateTimeOffset LastModified => lastModified;

    public bool IsDirectory => false;

    public Stream CreateReadStream()
    {
        try
        {
            return Blocking.Wait(bucket.OpenReadAsync(key, new OpenReadOptions { IfRevision = revision }, CancellationToken.None));
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.PreconditionFailed)
        {
            cache.Forget(key);
            throw;
        }
        catch (StorageException error) when (error.Code == StorageErrorCode.NoSuchKey)
        {
            // Code that reads files expects this exception, such as the static files of ASP.NET Core.
            cache.Forget(key);
            throw new FileNotFoundException("The object was deleted.", Name, error);
        }
    }
}
