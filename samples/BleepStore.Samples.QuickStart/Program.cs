using System.CommandLine;
using BleepStore.Samples.QuickStart;
using BleepStore.Storage;
using BleepStore.Storage.Local;
using Microsoft.Extensions.DependencyInjection;

const int failed = 1;
const int cancelled = 130;

var tree = new Argument<DirectoryInfo>("folder")
{
    Description = "The folder tree to store. The default is the 'src' folder of this repository.",
    DefaultValueFactory = SourceTree.FindDefault,
};
tree.AcceptExistingOnly();

var root = new Option<DirectoryInfo?>("--root")
{
    Description = "Keep the store in this folder, which must be new or empty. The default is a temporary folder, removed at the end.",
};
root.Validators.Add(static given =>
{
    if (given.GetValueOrDefault<DirectoryInfo?>() is { Exists: true } folder && folder.EnumerateFileSystemInfos().Any())
    {
        given.AddError($"--root: '{folder}' is not empty. Name a folder that is new or empty.");
    }
});

var durability = new Option<Durability>("--durability")
{
    Description = "With Full, an acknowledged write survives a loss of power. None is faster, for data that can be lost.",
    DefaultValueFactory = static _ => Durability.Full,
};

var command = new RootCommand(
    "Stores a folder tree on the local disk, shows what a store can do, and checks every object against its file.")
{
    tree, root, durability,
};
command.SetAction((arguments, cancellationToken) =>
    RunAsync(arguments.GetRequiredValue(tree), arguments.GetValue(root), arguments.GetValue(durability), cancellationToken));

using var stopping = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    // The first Ctrl-C requests an orderly end. A second one ends at once.
    pressed.Cancel = !stopping.IsCancellationRequested;
    stopping.Cancel();
};

// System.CommandLine explains bad arguments. The sample itself handles later failures and Ctrl-C, because the default handler would not
// wait for the clean-up.
var invocation = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
return await command.Parse(args).InvokeAsync(invocation, stopping.Token);

static async Task<int> RunAsync(DirectoryInfo tree, DirectoryInfo? root, Durability durability, CancellationToken cancellationToken)
{
    // Also holds the file that is generated, so that nothing stays behind whatever happens.
    DirectoryInfo temporary = Directory.CreateTempSubdirectory("bleepstore-quickstart-");
    string rootPath = root?.FullName ?? Path.Combine(temporary.FullName, "store");
    try
    {
        Console.WriteLine($"The store is in {rootPath} and will be {(root is null ? "removed" : "kept")} at the end.");

        // The one line that says where objects live. Nothing else in this sample knows.
        var services = new ServiceCollection();
        services.AddBleepStore().UseLocal(options =>
        {
            options.RootPath = rootPath;
            options.Durability = durability;
        });
        services.AddSingleton<Tour>();

        await using ServiceProvider provider = services.BuildServiceProvider();
        bool isSound = await provider.GetRequiredService<Tour>().RunAsync(tree, temporary, cancellationToken);
        return isSound ? 0 : failed;
    }
    catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
    {
        await Console.Error.WriteLineAsync("Cancelled.");
        return cancelled;
    }
    catch (Exception error) when (error is StorageException or AggregateException or IOException or UnauthorizedAccessException)
    {
        // The message of a StorageException says what happened, where, and what to do. No stack trace is needed to understand it.
        // An AggregateException holds the failures of a folder.
        await Console.Error.WriteLineAsync(error.Message);
        return failed;
    }
    finally
    {
        temporary.Delete(recursive: true);
    }
}
