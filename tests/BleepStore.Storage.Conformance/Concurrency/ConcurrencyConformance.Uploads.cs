using BleepStore.Storage.Conformance.Support;

namespace BleepStore.Storage.Conformance;

public abstract partial class ConcurrencyConformance<THarness>
{
    [UsesMultipart]
    [ContractTest]
    public async Task An_abort_racing_a_commit_either_wins_whole([Values] bool overOld)
    {
        byte[] content = Payload.Bytes(PartLength);
        for (int round = 0; round < 20; round++)
        {
            await Bucket.DeleteAsync("object");
            ObjectProperties? old = overOld ? await PutAsync("object", Payload.Bytes(50, 1)) : null;
            MultipartUpload upload = await Bucket.CreateMultipartUploadAsync("object");
            PartInfo part = await upload.UploadPartAsync(1, content);
            Task<ObjectProperties> commit = Task.Run(() => upload.CompleteAsync([part]));
            Task abort = Task.Run(() => upload.AbortAsync());
            await Task.WhenAll(commit, abort).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

            Assert.That(
                commit.IsCompletedSuccessfully,
                Is.Not.EqualTo(abort.IsCompletedSuccessfully),
                $"round {round}: {commit.Exception} {abort.Exception}");
            await StorageAssert.FailsAsync(StorageErrorCode.NoSuchUpload, () => commit.IsCompletedSuccessfully ? abort : commit);
            if (commit.IsCompletedSuccessfully)
            {
                await AssertUntouchedAsync(await commit, content);
            }
            else if (old is not null)
            {
                await AssertUntouchedAsync(old, Payload.Bytes(50, 1));
            }
            else
            {
                await AssertKeysAsync();
            }

            await AssertNoUploadsAsync();
        }
    }

    [UsesMultipart]
    [ContractTest]
    public async Task Many_who_complete_one_upload_make_one_object()
    {
        byte[] content = Payload.Bytes(PartLength);
        MultipartUpload upload = await Bucket.CreateMultipartUploadAsync("object");
        PartInfo part = await upload.UploadPartAsync(1, content);

        ObjectProperties[] made = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => upload.CompleteAsync([part]))));

        Assert.That(made.Select(one => one.Revision).Distinct().Count(), Is.EqualTo(1));
        await AssertUntouchedAsync(made[0], content);
        await AssertNoUploadsAsync();
    }

    [UsesMultipart]
    [ContractTest]
    public async Task Uploads_to_one_key_in_parallel_all_succeed_and_one_is_left_whole()
    {
        ObjectProperties[] made = await Task.WhenAll(Enumerable.Range(0, 6).Select(number => Task.Run(async () =>
        {
            MultipartUpload upload = await Bucket.CreateMultipartUploadAsync("object");
            PartInfo[] parts = await Task.WhenAll(
                upload.UploadPartAsync(1, Payload.Bytes(PartLength, number)),
                upload.UploadPartAsync(2, Payload.Bytes(PartLength, number + 100)));
            return await upload.CompleteAsync(parts);
        })));

        ObjectProperties left = await Bucket.HeadAsync("object");
        int winner = Array.FindIndex(made, one => one.Revision == left.Revision);
        Assert.That(winner, Is.GreaterThanOrEqualTo(0));
        await AssertUntouchedAsync(made[winner], Payload.Join(Payload.Bytes(PartLength, winner), Payload.Bytes(PartLength, winner + 100)));
        await AssertNoUploadsAsync();
    }

    [UsesMultipart]
    [ContractTest]
    public async Task Of_many_who_complete_uploads_under_IfAbsent_one_wins()
    {
        MultipartUpload[] uploads = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Bucket.CreateMultipartUploadAsync("object")));
        Task<ObjectProperties>[] commits = [.. uploads.Select((upload, number) => Task.Run(async () =>
        {
            PartInfo part = await upload.UploadPartAsync(1, Payload.Bytes(PartLength, number));
            return await upload.CompleteAsync([part], new CompleteOptions { IfAbsent = true });
        }))];
        await Task.WhenAll((Task[])commits).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        Task<ObjectProperties> winner = commits.Single(static commit => commit.IsCompletedSuccessfully);
        foreach (Task<ObjectProperties> loser in commits.Where(commit => commit != winner))
        {
            await StorageAssert.FailsAsync(StorageErrorCode.PreconditionFailed, () => loser);
        }

        await AssertUntouchedAsync(await winner, Payload.Bytes(PartLength, Array.IndexOf(commits, winner)));
    }

    [ContractTest]
    public async Task A_listing_sees_what_stays_exactly_once_while_other_keys_come_and_go(
        [Values(3, 1000)] int pageSize, [Values(null, "/")] string? delimiter)
    {
        string[] stable = [.. Enumerable.Range(0, 40).Select(static number => $"k{number:D2}/stable")];
        foreach (string key in stable)
        {
            await PutAsync(key, Payload.Text(key));
        }

        string[] expected = delimiter is null ? stable : [.. stable.Select(static key => key[..4])];
        using var done = new CancellationTokenSource();
        Task churn = Task.Run(() => ChurnAsync(done.Token));
        for (int round = 0; round < 8; round++)
        {
            List<string> seen = await Bucket.ListAsync(new ListOptions { PageSize = pageSize, Delimiter = delimiter })
                .Select(static entry => entry.Key)
                .ToListAsync();
            Assert.That(seen, Is.Unique);
            Assert.That(seen, Is.EqualTo(ListModel.InOrder(seen)));
            Assert.That(seen.Where(expected.Contains), Is.EqualTo(expected));
        }

        await done.CancelAsync();
        await churn;
        foreach (string key in stable)
        {
            await AssertContentAsync(key, Payload.Text(key));
        }
    }

    /// <summary>Keys before, between, under and after those that stay.</summary>
    private async Task ChurnAsync(CancellationToken stop)
    {
        for (int round = 0; !stop.IsCancellationRequested; round++)
        {
            string[] keys =
            [
                $"a{round % 7}", $"k{round % 40:D2}/a", $"k{round % 40:D2}/z/z", $"k{round % 40:D2}", $"k{round % 40:D2}-", $"z{round % 7}",
            ];
            foreach (string key in keys)
            {
                await Bucket.PutAsync(key, new byte[] { 1 }, options: null, CancellationToken.None);
            }

            foreach (string key in keys)
            {
                await Bucket.DeleteAsync(key, options: null, CancellationToken.None);
            }
        }
    }
}
