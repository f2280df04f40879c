using System.Buffers.Text;

namespace BleepStore.Storage.Checks;

/// <summary>The rules of <see cref="ObjectStoreOptions"/>, said once for stores made by hand and by dependency injection.</summary>
internal static class StoreOptions
{
    private const long MiB = 1024 * 1024;

    /// <summary>Timers take no more milliseconds than an <see cref="int"/> holds.</summary>
    public static readonly TimeSpan LongestTimeout = TimeSpan.FromDays(24);

    /// <returns>One sentence per broken rule, beginning with the option's name.</returns>
    public static IEnumerable<string> Faults(ObjectStoreOptions options)
    {
        if (options.PartSize is < 5 * MiB or > ObjectStoreOptions.MaximumPartSize)
        {
            yield return $"{nameof(options.PartSize)} is {options.PartSize} bytes. It must be from 5 MiB to 4,000 MiB.";
        }

        if (options.MultipartThreshold is { } threshold && (threshold < options.PartSize || threshold > ObjectStoreOptions.MaximumPartSize))
        {
            yield return $"{nameof(options.MultipartThreshold)} is {threshold} bytes. It must be from {nameof(options.PartSize)} " +
                $"({options.PartSize}) to 4,000 MiB.";
        }

        if (options.MaxConcurrency is < 1 or > 256)
        {
            yield return $"{nameof(options.MaxConcurrency)} is {options.MaxConcurrency}. It must be from 1 to 256.";
        }

        if (options.MaxBufferedParts is { } buffered && (buffered < 1 || buffered > options.MaxConcurrency))
        {
            yield return $"{nameof(options.MaxBufferedParts)} is {buffered}. It must be from 1 to {nameof(options.MaxConcurrency)} " +
                $"({options.MaxConcurrency}).";
        }

        if (options.MinimumPartSize is < 1 or > 5 * MiB)
        {
            yield return $"{nameof(options.MinimumPartSize)} is {options.MinimumPartSize} bytes. It must be from 1 byte to 5 MiB.";
        }

        if (options.ReadRetries is < 0 or > 100)
        {
            yield return $"{nameof(options.ReadRetries)} is {options.ReadRetries}. It must be from 0 to 100.";
        }

        if (options.UpstreamRetries is < 0 or > 20)
        {
            yield return $"{nameof(options.UpstreamRetries)} is {options.UpstreamRetries}. It must be from 0 to 20.";
        }

        if (options.TransferBudget is null)
        {
            yield return $"{nameof(options.TransferBudget)} is null. It must be a budget, such as {nameof(TransferBudget.Shared)}.";
        }

        if (options.TransferBudgetBytes < TransferBudget.MinimumBytes)
        {
            yield return $"{nameof(options.TransferBudgetBytes)} is {options.TransferBudgetBytes} bytes. It must be at least 4 MiB.";
        }

        foreach (string fault in LinkFaults(options.Links))
        {
            yield return fault;
        }

        (string Name, TimeSpan Limit)[] limits =
        [
            (nameof(options.IdleTimeout), options.IdleTimeout),
            (nameof(options.AnswerTimeout), options.AnswerTimeout),
            (nameof(options.ServerWorkTimeout), options.ServerWorkTimeout),
        ];
        foreach ((string name, TimeSpan limit) in limits)
        {
            if (limit != Timeout.InfiniteTimeSpan && (limit <= TimeSpan.Zero || limit > LongestTimeout))
            {
                yield return $"{name} is {limit}. It must be more than zero and at most {LongestTimeout.Days} days, or infinite.";
            }
        }
    }

    /// <summary>No message shows the key.</summary>
    private static IEnumerable<string> LinkFaults(StoreLinkOptions? links)
    {
        const string name = nameof(ObjectStoreOptions.Links);
        if (links is null)
        {
            yield return $"{name} is null. It must be an object. Leave its options out for no links.";
            yield break;
        }

        if (links.BaseUrl is { } url
            && (!url.IsAbsoluteUri
                || url.Scheme is not ("https" or "http")
                || url.Query.Length > 0
                || url.Fragment.Length > 0
                || url.UserInfo.Length > 0))
        {
            yield return $"{name}.{nameof(links.BaseUrl)} must be an absolute http or https address without user, query and fragment.";
        }

        bool hasKey = !string.IsNullOrEmpty(links.Key);
        if (hasKey && (!Base64.IsValid(links.Key, out int length) || length < StoreLinkOptions.MinimumKeyBytes))
        {
            yield return $"{name}.{nameof(links.Key)} must be at least {StoreLinkOptions.MinimumKeyBytes} random bytes in Base64.";
        }

        if (hasKey && links.SignerFactory is not null)
        {
            yield return $"{name}.{nameof(links.Key)} and {name}.{nameof(links.SignerFactory)} are set. Keep one of them.";
        }

        bool hasSigner = hasKey || links.SignerFactory is not null;
        if (links.BaseUrl is not null && !hasSigner)
        {
            yield return $"{name}.{nameof(links.BaseUrl)} is set, but nothing signs. Set {name}.{nameof(links.Key)} or " +
                $"{name}.{nameof(links.SignerFactory)}.";
        }

        if (links.BaseUrl is null && hasSigner)
        {
            yield return $"{name} has a key or a signer, but {name}.{nameof(links.BaseUrl)} is missing. Set it to the address where " +
                "links are served.";
        }
    }
}
