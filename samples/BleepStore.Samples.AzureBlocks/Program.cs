using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using Azure;
using BleepStore.Samples.AzureBlocks;
using BleepStore.Storage;
using Microsoft.Extensions.DependencyInjection;

const int failed = 1;
const int cancelled = 130;
const string stateName = "bleepstore-azure-blocks";

var file = new Argument<FileInfo>("file")
{
    Description = "The file to upload. By default, a file of 40 MiB is generated.",
    Arity = ArgumentArity.ZeroOrOne,
};
file.AcceptExistingOnly();

var account = new Option<Uri?>("--account")
{
    Description = "The blob endpoint of a storage account, e.g. https://media.blob.core.windows.net; DefaultAzureCredential signs in. " +
        $"By default, {Account.ConnectionStringVariable} or {Account.NameVariable} names it. Else, the sample starts an emulator.",
    CustomParser = static given =>
    {
        if (Uri.TryCreate(given.Tokens[0].Value, UriKind.Absolute, out Uri? url) && url.Scheme is "https" or "http")
        {
            return url;
        }

        given.AddError($"--account: '{given.Tokens[0].Value}' is not an address. Give one that begins with https://.");
        return null;
    },
};
var container = new Option<string>("--container")
{
    Description = "The container; created if it is not there.",
    DefaultValueFactory = static _ => "bleepstore-samples",
};
var state = new Option<DirectoryInfo>("--state")
{
    Description = $"The generated file and the emulator's data are in '{stateName}' below this folder until the upload is complete, so " +
        "that it can be gone on with.",
    DefaultValueFactory = static _ => new DirectoryInfo(Path.GetTempPath()),
};
var azurite = new Option<FileInfo>("--azurite")
{
    Description = "The emulator's dist/src/blob/main.js. The default is the one in tests/emulators of this repository.",
};
azurite.AcceptExistingOnly();
var pause = new Option<int>("--pause")
{
    Description = "Milliseconds to wait after each part, so that there is time to press Ctrl-C.",
    CustomParser = static given =>
    {
        if (int.TryParse(given.Tokens[0].Value, CultureInfo.InvariantCulture, out int milliseconds) && milliseconds is >= 0 and <= 60_000)
        {
            return milliseconds;
        }

        given.AddError("--pause: give 0 to 60000 milliseconds.");
        return 0;
    },
};
var restart = new Option<bool>("--restart")
{
    Description = "Abort an earlier upload and begin another, instead of resuming it.",
};
var keep = new Option<bool>("--keep")
{
    Description = "Keep the object at the end, and the state folder. By default, both are removed when the upload is complete.",
};

var command = new RootCommand(
    $"""
    Uploads a file to Azure Blob Storage in parts and shows the state of the service at every step. Press Ctrl-C and run it again to
    resume from the stored parts.

    Environment:
      {Account.ConnectionStringVariable}  A connection string, which is a secret. UseDevelopmentStorage=true is a running emulator.
      {Account.NameVariable}            The name of an account; DefaultAzureCredential signs in.
    """)
{
    file, account, container, state, azurite, pause, restart, keep,
};
command.SetAction((arguments, cancellationToken) => RunAsync(
    new SampleOptions
    {
        File = arguments.GetValue(file),
        Account = Account.Find(arguments.GetValue(account)),
        Container = arguments.GetRequiredValue(container),
        State = new DirectoryInfo(Path.Combine(arguments.GetRequiredValue(state).FullName, stateName)),
        Azurite = arguments.GetValue(azurite),
        Pause = TimeSpan.FromMilliseconds(arguments.GetValue(pause)),
        Restart = arguments.GetValue(restart),
        Keep = arguments.GetValue(keep),
    },
    cancellationToken));

using var stopping = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    // The first Ctrl-C requests an orderly end. A second one ends at once.
    pressed.Cancel = !stopping.IsCancellationRequested;
    stopping.Cancel();
};

// Without this a kill would leave the emulator behind.
using PosixSignalRegistration termination = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
{
    signal.Cancel = true;
    stopping.Cancel();
});

// System.CommandLine explains bad arguments. The sample itself handles later failures and Ctrl-C, because the default handler would not
// wait for the emulator to save its data.
var invocation = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
return await command.Parse(args).InvokeAsync(invocation, stopping.Token);

static async Task<int> RunAsync(SampleOptions options, CancellationToken cancellationToken)
{
    try
    {
        options.State.Create();
        bool isSound = await UploadAsync(options, cancellationToken);
        if (isSound && !options.Keep)
        {
            options.State.Delete(recursive: true);
        }

        return isSound ? 0 : failed;
    }
    catch (Exception error) when (
        cancellationToken.IsCancellationRequested && error is OperationCanceledException or StorageException or RequestFailedException)
    {
        // A Ctrl-C at a terminal ends the emulator, too, so that requests under way can fail before they are cancelled.
        await Console.Error.WriteLineAsync(
            "Interrupted. Every part that was acknowledged stays. Run the same command again, and it goes on from there.");
        return cancelled;
    }
    catch (Exception error) when (
        error is StorageException or RequestFailedException or IOException or UnauthorizedAccessException or InvalidOperationException)
    {
        // The message of a StorageException says what happened, where, and what to do. No stack trace is needed to understand it.
        await Console.Error.WriteLineAsync(error.Message);
        return failed;
    }
}

static async Task<bool> UploadAsync(SampleOptions options, CancellationToken cancellationToken)
{
    // Two emulators on the same data would spoil it.
    await using FileStream guard = new(
        Path.Combine(options.State.FullName, "in-use"),
        FileMode.OpenOrCreate,
        FileAccess.ReadWrite,
        FileShare.None,
        1,
        FileOptions.DeleteOnClose);
    await using Emulator? emulator = options.Account is null
        ? await Emulator.StartAsync(options.Azurite, options.State, cancellationToken)
        : null;
    Account where = options.Account ?? emulator!.Account;
    Console.WriteLine($"The store is {where}, container {options.Container}.");

    var services = new ServiceCollection();
    services.AddBleepStore().UseAzure(azure =>
    {
        where.Configure(azure);
        azure.Container = options.Container;
        azure.CreateContainer = true;

        // With the default of five retries, the sample would take half a minute to report that there is no server.
        azure.ConfigureClient = static client => client.Retry.MaxRetries = 2;
    });
    services.AddSingleton(options);
    services.AddSingleton<Walkthrough>();

    await using ServiceProvider provider = services.BuildServiceProvider();
    return await provider.GetRequiredService<Walkthrough>().RunAsync(cancellationToken);
}
