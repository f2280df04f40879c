using System.Diagnostics;
using BleepStore.Storage.Tests.Shared;

namespace BleepStore.Storage.Local.Tests.Support;

/// <summary>
/// A file system of a test's own, in a mount namespace of its own: nothing else sees it, and it goes with the process that holds it,
/// however the tests end. It is reached through that process's view of the files. Needs no more than the right to make a namespace.
/// </summary>
internal sealed class ForeignMount : IAsyncDisposable
{
    private readonly Process _shell;
    private readonly string _folder;
    private readonly string _what;

    private ForeignMount(Process shell, string folder, string what)
    {
        _shell = shell;
        _folder = folder;
        _what = what;
    }

    /// <summary>The folder, as this process reaches it.</summary>
    public string Path => $"/proc/{_shell.Id}/root{_folder}";

    /// <summary>Mounts a file system on a folder. Where the system does not let us, the test is skipped and says so.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="type">Which: <c>tmpfs</c>, <c>ramfs</c>.</param>
    /// <param name="options">As <c>mount -o</c> takes them.</param>
    public static Task<ForeignMount> OpenAsync(string folder, string type, string options) => MountAsync(folder, $"-t {type} -o {options} none");

    /// <summary>
    /// Makes a file system in a file and mounts it. Where the system does not let us, which is nearly everywhere but for the superuser, the
    /// test is skipped and says so.
    /// </summary>
    /// <param name="folder">Where. The file is beside it.</param>
    /// <param name="type">Which: <c>ext4</c>, <c>xfs</c>.</param>
    /// <param name="megabytes">How large.</param>
    public static async Task<ForeignMount> OpenImageAsync(string folder, string type, int megabytes)
    {
        string image = $"{folder}.{type}";
        await using (FileStream file = File.Create(image))
        {
            file.SetLength((long)megabytes << 20);
        }

        try
        {
            await Tools.RunAsync($"mkfs.{type}", "-q", image);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Missing.EndTest($"There is no mkfs.{type}. Install xfsprogs and e2fsprogs, and run the tests as root.", isRequired: false);
        }

        return await MountAsync(folder, $"-t {type} -o loop '{image}'");
    }

    private static async Task<ForeignMount> MountAsync(string folder, string what)
    {
        var refusals = new List<string>();
        Directory.CreateDirectory(folder);

        // As the superuser at once; as anybody else in a user namespace, where that is allowed.
        foreach (string namespaces in new[] { "-m", "-rm" })
        {
            var start = new ProcessStartInfo("unshare", [namespaces, "sh"]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
            var mount = new ForeignMount(Process.Start(start)!, folder, what);
            string answer = await mount.TryRunAsync($"mount {what} '{folder}'");
            if (answer == "0" && Directory.Exists(mount.Path))
            {
                return mount;
            }

            mount._shell.Kill();
            refusals.Add($"unshare {namespaces}: {answer} {await mount._shell.StandardError.ReadToEndAsync()}".Trim());
            mount._shell.Dispose();
        }

        Missing.EndTest($"This system lets nobody mount a file system, not even in a namespace of its own ({string.Join("; ", refusals)}). Run the tests as root, or allow user namespaces.", isRequired: false);
        throw new InvalidOperationException();
    }

    public Task MakeReadOnlyAsync() => RunAsync($"mount -o remount,ro '{_folder}'");

    /// <summary>Takes it from its folder, whoever has files open on it.</summary>
    public Task UnmountAsync() => RunAsync($"umount -l '{_folder}'");

    public Task MakeWritableAsync() => RunAsync($"mount -o remount,rw '{_folder}'");

    /// <summary>Stops the file system at once, as a loss of power does: what it had not brought to its disk is lost.</summary>
    public Task ShutDownAsync() => RunAsync($"xfs_io -x -c shutdown '{_folder}' > /dev/null");

    /// <summary>Unmounts the file system and mounts it again.</summary>
    public Task RemountAsync() => RunAsync($"umount '{_folder}' && mount {_what} '{_folder}'");

    /// <summary>Brings all to the disk.</summary>
    public Task FlushAsync() => RunAsync($"sync -f '{_folder}'");

    /// <summary>Writes files until there is no room: neither for bytes nor for names.</summary>
    /// <returns>The files.</returns>
    public async Task<List<string>> FillAsync()
    {
        Directory.CreateDirectory($"{Path}/junk");
        var files = new List<string>();
        for (int size = 1 << 20; size > 0; size = size > 1 ? size / 16 : 0)
        {
            try
            {
                while (true)
                {
                    files.Add($"{Path}/junk/{files.Count}");
                    await File.WriteAllBytesAsync(files[^1], new byte[size]);
                }
            }
            catch (IOException)
            {
                // Full for files of this size.
            }
        }

        try
        {
            while (true)
            {
                files.Add($"{Path}/junk/{files.Count}");
                await File.WriteAllBytesAsync(files[^1], []);
            }
        }
        catch (IOException)
        {
            return files;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _shell.Kill();
        await _shell.WaitForExitAsync();
        _shell.Dispose();
    }

    private async Task RunAsync(string command) => Assert.That(await TryRunAsync(command), Is.EqualTo("0"), command);

    private async Task<string> TryRunAsync(string command)
    {
        try
        {
            await _shell.StandardInput.WriteLineAsync($"{command}; echo $?");
            await _shell.StandardInput.FlushAsync();
            return await _shell.StandardOutput.ReadLineAsync() ?? "";
        }
        catch (IOException)
        {
            return "";
        }
    }
}
