namespace BleepStore.Storage;

/// <summary>The options of a store's transfers, for any backend. They are read once, when the store is created.</summary>
public sealed class ObjectStoreOptions
{
    /// <summary>The largest part in bytes (4,000 MiB), whatever the other options say.</summary>
    public const long MaximumPartSize = 4000L * 1024 * 1024;

    private TransferBudget? _ownBudget;

    /// <summary>
    /// The size of the first thousand parts of a large object, in bytes. Each further thousand doubles it, up to
    /// <see cref="MaximumPartSize"/>. It affects the ETag of objects above <see cref="MultipartThreshold"/>, because the same bytes have
    /// another ETag under another part size. 5 MiB to 4,000 MiB. The default is 8 MiB, as in the AWS command line.
    /// </summary>
    public long PartSize { get; set; } = 8 * 1024 * 1024;

    /// <summary>
    /// The largest object, in bytes, that is stored by one request. Larger objects are stored in parts, and their ETag ends in <c>-</c> and
    /// the number of parts. At least <see cref="PartSize"/>. <see cref="StorageCapabilities.MaxPutSize"/> bounds it (5,000 MiB on Azure,
    /// 5 GiB on S3). The default is <see langword="null"/>, which means <see cref="PartSize"/>.
    /// </summary>
    public long? MultipartThreshold { get; set; }

    /// <summary>
    /// How many parts of one transfer are sent in parallel, from 1 to 256. A transfer holds at most this many parts in memory
    /// (<see cref="MaxBufferedParts"/>). The default is 4.
    /// </summary>
    public int MaxConcurrency { get; set; } = 4;

    /// <summary>
    /// How many parts of one put are sent in parallel when its source is neither bytes in memory nor a file. Each part stays in memory
    /// until the upstream has it. Parts of a file or of bytes in memory take no memory. More parts help when a single connection is slower
    /// than the source. One transfer holds at most <see cref="PartSize"/> times <see cref="MaxConcurrency"/> bytes, and its share of
    /// <see cref="TransferBudget"/>. A larger part waits in a file in the system's temporary folder. 1 to <see cref="MaxConcurrency"/>. The
    /// default is <see langword="null"/>, which is half of <see cref="MaxConcurrency"/>, at least two, but never more than
    /// <see cref="MaxConcurrency"/>.
    /// </summary>
    public int? MaxBufferedParts { get; set; }

    /// <summary>
    /// Limits the bytes that transfers hold in memory, together with those of all other stores with the same budget. The default is
    /// <see cref="TransferBudget.Shared"/>, 256 MiB for the process.
    /// </summary>
    public TransferBudget TransferBudget { get; set; } = TransferBudget.Shared;

    /// <summary>
    /// Gives the store a budget of its own, of so many bytes, in place of <see cref="TransferBudget"/>. It can come from configuration,
    /// which cannot name a budget that stores share. At least <see cref="TransferBudget.MinimumBytes"/>, 4 MiB. The default is
    /// <see langword="null"/>, which uses <see cref="TransferBudget"/>.
    /// </summary>
    public long? TransferBudgetBytes { get; set; }

    /// <summary>
    /// The smallest part, in bytes, other than the last, that completing a multipart upload accepts. Lower it only where the upstream
    /// allows (<see cref="StorageCapabilities.MinimumPartSize"/>). 1 byte to 5 MiB. The default is 5 MiB, S3's rule.
    /// </summary>
    public long MinimumPartSize { get; set; } = 5 * 1024 * 1024;

    /// <summary>How many times in a row a broken read is resumed without any progress between. 0 to 100. The default is 4.</summary>
    public int ReadRetries { get; set; } = 4;

    /// <summary>
    /// How many times the client of the backend resends a failed request (the SDK's retries). 0 to 20. A client that the application
    /// provides keeps its own setting. The default is <see langword="null"/>, which uses the client's default of 5 on Azure, 2 on S3 and 6
    /// on Google. Local and memory send no requests.
    /// </summary>
    public int? UpstreamRetries { get; set; }

    /// <summary>
    /// How long a body may stand still while it is sent or read. A body that is read is then resumed as after a break, within
    /// <see cref="ReadRetries"/>. A request whose body is sent then fails with <see cref="StorageErrorCode.RequestTimeout"/>. Time in which
    /// the caller does not read, or its source delivers nothing, does not count. More than zero, at most 24 days, or
    /// <see cref="Timeout.InfiniteTimeSpan"/> for no limit. The default is 60 seconds.
    /// </summary>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How long a call waits for the upstream's answer after its body was sent, including all attempts of the SDK. A list page is part of
    /// the answer, but the body of an object is not. The failure is <see cref="StorageErrorCode.RequestTimeout"/>. More than zero, at most
    /// 24 days, or <see cref="Timeout.InfiniteTimeSpan"/> for no limit. The default is 2 minutes.
    /// </summary>
    public TimeSpan AnswerTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// As <see cref="AnswerTimeout"/>, for calls that take work on the server. These are copies, parts copied from an object, completions
    /// of uploads, compose and rewrite. More than zero, at most 24 days, or <see cref="Timeout.InfiniteTimeSpan"/> for no limit. The
    /// default is 15 minutes.
    /// </summary>
    public TimeSpan ServerWorkTimeout { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>
    /// Presigned URLs that lead to the application. The default is none, so <see cref="Bucket.PresignAsync"/> signs URLs of the upstream.
    /// </summary>
    public StoreLinkOptions Links { get; set; } = new();

    /// <summary>The budget that the options name. All parts of the store get the same one.</summary>
    internal TransferBudget UsedBudget => TransferBudgetBytes is not { } bytes
        ? TransferBudget
        : LazyInitializer.EnsureInitialized(ref _ownBudget, () => new TransferBudget(bytes));
}
