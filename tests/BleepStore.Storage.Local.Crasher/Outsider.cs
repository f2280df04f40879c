using System.Runtime.InteropServices;

namespace BleepStore.Storage.Local.Crasher;

/// <summary>
/// Uses a store as a user without permissions. A superuser's process gives up its rights first; what it needs to run has been loaded by
/// then, by using a store of its own, because the rights may be those to its own files too.
/// </summary>
internal static partial class Outsider
{
    public static async Task RunAsync(string root, string scratch, uint user, bool isManaged)
    {
        await UseAsync(scratch, isManaged, static (_, _) => { });
        if (GetEffectiveUser() == 0 && (SetGroups(0, 0) != 0 || SetGroup(user) != 0 || SetUser(user) != 0))
        {
            throw new InvalidOperationException($"The process cannot become user {user}: errno {Marshal.GetLastPInvokeError()}.");
        }

        await UseAsync(root, isManaged, static (operation, outcome) => Console.WriteLine($"{operation}: {outcome}"));
        var options = new LocalBackendOptions { RootPath = root, SkipUnreadable = true };
        await using ObjectStore lenient = ObjectStore.Create(Plan.Backend(options, isManaged));
        try
        {
            string[] keys = await lenient.GetBucket(Plan.Bucket).ListAsync().Select(static entry => entry.Key).ToArrayAsync();
            Console.WriteLine($"list readable: {string.Join(' ', keys)}");
        }
        catch (StorageException error)
        {
            Console.WriteLine($"list readable: {error.Code} {error.ProviderCode} {error.Message}");
        }
    }

    private static async Task UseAsync(string root, bool isManaged, Action<string, string> tell)
    {
        await using ObjectStore store = Plan.Open(root, isDurable: true, keepsRecordsInFiles: false, isManaged);
        Bucket bucket = store.GetBucket(Plan.Bucket);
        await TryAsync("create bucket", () => store.CreateBucketAsync("another"));
        await TryAsync("need bucket", () => store.CreateBucketAsync(Plan.Bucket, new CreateBucketOptions { IfNotExists = true }));
        await TryAsync("put", () => bucket.PutAsync("new", "new"u8.ToArray()));
        await TryAsync("overwrite", () => bucket.PutAsync("key", "new"u8.ToArray()));
        await TryAsync("get", async () =>
        {
            await using ObjectReader reader = await bucket.GetAsync("key");
            await reader.ReadAllAsync();
        });
        await TryAsync("list", async () => await bucket.ListAsync().ToListAsync());
        await TryAsync("check", () => store.CheckAsync());
        await TryAsync("delete", () => bucket.DeleteAsync("key"));
        await TryAsync("delete below", () => bucket.DeleteAsync("folder/key"));

        async Task TryAsync(string operation, Func<Task> act)
        {
            try
            {
                await act();
                tell(operation, "done");
            }
            catch (StorageException error)
            {
                tell(operation, $"{error.Code} {error.ProviderCode} {error.Message}");
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetEffectiveUser();

    [LibraryImport("libc", EntryPoint = "setgroups", SetLastError = true)]
    private static partial int SetGroups(nint count, nint groups);

    [LibraryImport("libc", EntryPoint = "setgid", SetLastError = true)]
    private static partial int SetGroup(uint group);

    [LibraryImport("libc", EntryPoint = "setuid", SetLastError = true)]
    private static partial int SetUser(uint user);
}
