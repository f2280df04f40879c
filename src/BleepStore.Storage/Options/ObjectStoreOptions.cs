namespace BleepStore.Storage;

/// <summary>How a store moves bytes, whatever its backend. Read once, when the store is made.</summary>
public sealed class ObjectStoreOptions
{
    /// <summary>The largest part, in bytes, whatever is set here: 4,000 MiB.</summary>
    public const long MaximumPartSize = 4000L * 1024 * 1024;

    /// <summary>
    /// The size of the first thousand parts of a large object, in bytes; each further thousand doubles it, up to
    /// <see cref="MaximumPartSize"/>. It decides the ETag of objects above <see cref="MultipartThreshold"/>: the same bytes under another
    /// part size have another ETag. 5 MiB to 4,000 MiB. Default: 8 MiB, as the AWS command line has it.
    /// </summary>
    public long PartSize { get; set; } = 8 * 1024 * 1024;

    /// <summary>
    /// The largest object, in bytes, that is put in one part. At least <see cref="PartSize"/>. Default: <see langword="null"/>, the same as
    /// <see cref="PartSize"/>.
    /// </summary>
    public long? MultipartThreshold { get; set; }

    /// <summary>
    /// How many parts of one transfer are under way at a time: 1 to 256. A transfer holds at most this many parts in memory
    /// (<see cref="MaxBufferedParts"/>). Default: 4.
    /// </summary>
    public int MaxConcurrency { get; set; } = 4;

    /// <summary>
    /// How many parts of one put are under way at a time when its source can be read only once. Each part waits in memory until the
    /// upstream has it. Parts of a file or of bytes in memory take no memory. More parts are worth their memory where a single connection
    /// is slower than the source. One transfer holds at most <see cref="PartSize"/> times <see cref="MaxConcurrency"/> bytes, and its share
    /// of <see cref="TransferBudget"/>. A larger part waits in a file in the system's temporary folder. 1 to <see cref="MaxConcurrency"/>.
    /// Default: <see langword="null"/>, half of <see cref="MaxConcurrency"/>, at least two, but never more than
    /// <see cref="MaxConcurrency"/>.
    /// </summary>
    public int? MaxBufferedParts { get; set; }

    /// <summary>
    /// Limits how many bytes transfers hold in memory, together with those of all other stores that are given the same budget. Default:
    /// <see cref="TransferBudget.Shared"/>, 256 MiB for the process.
    /// </summary>
    public TransferBudget TransferBudget { get; set; } = TransferBudget.Shared;

    /// <summary>
    /// The smallest part, in bytes, other than the last, that completing a multipart upload accepts. Lower it only where the upstream
    /// allows (<see cref="StorageCapabilities.MinimumPartSize"/>). 1 byte to 5 MiB. Default: 5 MiB, S3's rule.
    /// </summary>
    public long MinimumPartSize { get; set; } = 5 * 1024 * 1024;

    /// <summary>
    /// How many times in a row a read that breaks off is taken up again without a byte of progress in between. 0 to 100. Default: 4.
    /// </summary>
    public int ReadRetries { get; set; } = 4;

    /// <summary>
    /// How many times a request that failed is sent again by the client that the backend makes (the SDK's retries). 0 to 20. A client that
    /// the application gives keeps its own. Default: <see langword="null"/>, the client's default: 5 on Azure, 2 on S3, 6 on Google. Local
    /// and memory send no requests.
    /// </summary>
    public int? UpstreamRetries { get; set; }

    /// <summary>
    /// How long a body may stand still while it is sent or read. A body that is read is then resumed as after a break, within
    /// <see cref="ReadRetries"/>. A request whose body is sent then fails with <see cref="StorageErrorCode.RequestTimeout"/>. Time in which
    /// the caller does not read, or its source delivers nothing, does not count. More than zero, at most 24 days, or
    /// <see cref="Timeout.InfiniteTimeSpan"/> for no limit. Default: 60 seconds.
    /// </summary>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How long a call waits for the upstream's answer after its body was sent, with all attempts of the SDK. A list page counts to the
    /// answer, the body of an object does not.
    /// The failure is <see cref="StorageErrorCode.RequestTimeout"/>. More than zero, at most 24 days, or
    /// <see cref="Timeout.InfiniteTimeSpan"/> for no limit. Default: 2 minutes.
    /// </summary>
    public TimeSpan AnswerTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// As <see cref="AnswerTimeout"/>, for calls that take work on the server. These are copies, parts copied from an object, completions
    /// of uploads, compose and rewrite.
    /// More than zero, at most 24 days, or <see cref="Timeout.InfiniteTimeSpan"/> for no limit. Default: 15 minutes.
    /// </summary>
    public TimeSpan ServerWorkTimeout { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>
    /// Presigned URLs that lead to the application. Default: none, so <see cref="Bucket.PresignAsync"/> signs URLs of the upstream.
    /// </summary>
    public StoreLinkOptions Links { get; set; } = new();
}
