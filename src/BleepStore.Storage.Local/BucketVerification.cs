using BleepStore.Storage.Backends;
using BleepStore.Storage.Local.IO;
using BleepStore.Storage.Local.Records;

namespace BleepStore.Storage.Local;

/// <summary>Verifies the objects of a bucket one after the other, page by page of a listing.</summary>
internal sealed class BucketVerification(LocalSession session, string bucket, LocalVerifyOptions options)
{
    private const long ReportEvery = 64 * 1024 * 1024;

    private readonly long[] _counts = new long[Enum.GetValues<Finding>().Length];
    private readonly List<string> _disagreeing = [];
    private long _bytesRead;
    private long _bytesReported;

    public async Task<LocalVerifyReport> RunAsync(CancellationToken cancellationToken)
    {
        session.Root.RequireBucket(bucket);
        var request = new ListRequest { Bucket = bucket };
        while (true)
        {
            var walk = session.Walk(request, skipsUnreadable: false, cancellationToken);
            ListPage page = await DiskWork.RunAsync(walk.Run, cancellationToken).ConfigureAwait(false);
            foreach (ListEntry entry in page.Entries)
            {
                await VerifyAsync(entry.Key, cancellationToken).ConfigureAwait(false);
            }

            if (page.ContinuationToken is not { } next)
            {
                // A bucket that was deleted meanwhile looks like the end of the listing. So do the objects of a lost root.
                session.Root.RequireBucket(bucket);
                session.Root.RequireItself();
                return Report();
            }

            request = request with { ContinuationToken = next };
        }
    }

    private async Task VerifyAsync(string key, CancellationToken cancellationToken)
    {
        if (await FindAsync(key, cancellationToken).ConfigureAwait(false) is not { } finding)
        {
            // The object was deleted after the listing.
            return;
        }

        _counts[(int)finding]++;
        if (finding == Finding.Disagrees && _disagreeing.Count < LocalVerifyReport.MostKeys)
        {
            _disagreeing.Add(key);
        }

        Tell(finding == Finding.Disagrees ? key : null);
    }

    private async Task<Finding?> FindAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            return await session.Doubts.VerifyAsync(session.Root.Locate(bucket, key), options.ReadAll, OnRead, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (StorageException error) when (error.ProviderCode == "EIO")
        {
            // The disk has a bad block. The other objects are worth verifying all the more.
            return Finding.Disagrees;
        }
    }

    private void OnRead(int count)
    {
        _bytesRead += count;
        if (_bytesRead - _bytesReported >= ReportEvery)
        {
            Tell(disagreeingKey: null);
        }
    }

    private void Tell(string? disagreeingKey)
    {
        _bytesReported = _bytesRead;
        options.Progress?.Report(new LocalVerifyProgress
        {
            Objects = _counts.Sum(),
            BytesRead = _bytesRead,
            Disagreeing = _counts[(int)Finding.Disagrees],
            DisagreeingKey = disagreeingKey,
        });
    }

    private LocalVerifyReport Report() => new()
    {
        Agreeing = _counts[(int)Finding.Agrees],
        Disagreeing = _counts[(int)Finding.Disagrees],
        Believed = _counts[(int)Finding.Believed],
        Unprovable = _counts[(int)Finding.Unprovable],
        Foreign = _counts[(int)Finding.Foreign],
        BytesRead = _bytesRead,
        DisagreeingKeys = _disagreeing,
    };
}
