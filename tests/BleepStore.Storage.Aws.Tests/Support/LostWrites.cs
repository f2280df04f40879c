namespace BleepStore.Storage.Aws.Tests.Support;

/// <summary>The writes whose answers get lost, and the requests by which they are known.</summary>
/// <param name="bucket">The bucket, which is named "bucket".</param>
/// <param name="old">The bytes of an object that is there before.</param>
/// <param name="made">The bytes that are written.</param>
internal sealed class LostWrites(Bucket bucket, byte[] old, byte[] made)
{
    /// <summary>The upload that the operation is about.</summary>
    public MultipartUpload? Upload { get; private set; }

    /// <summary>The request that an operation is about. For a move it is the delete, because its copy is a separate write.</summary>
    public static Func<string, string, bool> About(string operation) => operation switch
    {
        "put" or "empty put" or "create" or "copy" or "copy if" =>
            static (method, target) => method == "PUT" && target.Contains("/bucket/key", StringComparison.Ordinal),
        "swap" => static (method, target) => method == "PUT" && target.Contains("/bucket/old", StringComparison.Ordinal),
        "begin" => static (method, target) => method == "POST" && target.Contains("uploads", StringComparison.Ordinal),
        "part" or "copy part" => static (method, target) => method == "PUT" && target.Contains("partNumber=", StringComparison.Ordinal),
        "complete" or "complete if" =>
            static (method, target) => method == "POST" && target.Contains("uploadId=", StringComparison.Ordinal),
        _ => static (method, _) => method == "DELETE",
    };

    /// <summary>Sets the stage. Requests of before have warmed a connection, and a server was asked which conditions it honours.</summary>
    public async Task<Func<Task>> PrepareAsync(string operation)
    {
        ObjectProperties before = await bucket.PutAsync("old", old);
        await bucket.PutAsync("source", made, new PutOptions { IfAbsent = true });
        var source = new ObjectAddress("bucket", "source");
        switch (operation)
        {
            case "put":
                return () => bucket.PutAsync("key", made);
            case "empty put":
                return () => bucket.PutAsync("key", ReadOnlyMemory<byte>.Empty);
            case "create":
                return () => bucket.PutAsync("key", made, new PutOptions { IfAbsent = true });
            case "swap":
                return () => bucket.PutAsync("old", made, new PutOptions { IfMatch = before.ETag });
            case "delete":
                return () => bucket.DeleteAsync("old");
            case "delete if":
                return () => bucket.DeleteAsync("old", new DeleteOptions { IfMatch = before.ETag });
            case "copy":
                return () => bucket.CopyAsync(source, "key");
            case "copy if":
                return () => bucket.CopyAsync(source, "key", new CopyOptions { IfAbsent = true });
            case "move":
                return () => bucket.MoveAsync("source", "key");
            case "begin":
                return () => bucket.CreateMultipartUploadAsync("key");
        }

        MultipartUpload upload = Upload = await bucket.CreateMultipartUploadAsync("key");
        if (operation is "part" or "abort")
        {
            return operation == "part" ? () => upload.UploadPartAsync(1, made) : () => upload.AbortAsync();
        }

        if (operation == "copy part")
        {
            return () => upload.CopyPartAsync(1, source);
        }

        PartInfo part = await upload.UploadPartAsync(1, made);
        return () => upload.CompleteAsync([part], operation == "complete if" ? new CompleteOptions { IfAbsent = true } : null);
    }
}
