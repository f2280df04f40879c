namespace BleepStore.Storage.Engine;

/// <summary>The names under which operations appear in exceptions, traces, metrics and logs.</summary>
internal static class OperationNames
{
    public const string Put = "Put";
    public const string Get = "Get";
    public const string Read = "Read";
    public const string OpenWrite = "OpenWrite";
    public const string Head = "Head";
    public const string Delete = "Delete";
    public const string DeleteMany = "DeleteMany";
    public const string Copy = "Copy";
    public const string Move = "Move";
    public const string List = "List";
    public const string ListForeignNames = "ListForeignNames";
    public const string CreateMultipartUpload = "CreateMultipartUpload";
    public const string GetMultipartUpload = "GetMultipartUpload";
    public const string UploadPart = "UploadPart";
    public const string CopyPart = "CopyPart";
    public const string ListParts = "ListParts";
    public const string CompleteMultipartUpload = "CompleteMultipartUpload";
    public const string AbortMultipartUpload = "AbortMultipartUpload";
    public const string ListMultipartUploads = "ListMultipartUploads";
    public const string AbortUploads = "AbortUploads";
    public const string Presign = "Presign";
    public const string PresignPart = "PresignPart";
    public const string PresignPost = "PresignPost";
    public const string CreateBucket = "CreateBucket";
    public const string DeleteBucket = "DeleteBucket";
    public const string BucketExists = "BucketExists";
    public const string ListBuckets = "ListBuckets";
    public const string Check = "Check";
}
