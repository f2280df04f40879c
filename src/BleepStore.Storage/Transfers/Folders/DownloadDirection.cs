using BleepStore.Storage.Basics;
using Microsoft.Win32.SafeHandles;

namespace BleepStore.Storage.Transfers.Folders;

/// <summary>From a bucket to a folder. Whatever the keys say, nothing outside of the folder is touched.</summary>
internal sealed class DownloadDirection(BucketPlace source, FolderPlace target, TransferRules rules) : Direction
{
    private readonly FileComparison _comparison = new(source.Objects);
    private readonly UnflushedFolders _unflushed = new(target.Root);
    private readonly NameCollisions _collisions = NameCollisions.In(target.Root);

    public override bool SkipsMarkers => true;

    public override void Check(SyncItem from) => _ = SegmentsOf(from.Name);

    public override Task<Sameness> CompareAsync(SyncItem from, SyncItem to, CancellationToken cancellationToken) =>
        _comparison.CompareAsync(target.PathOf(to.Name), to, source.KeyOf(from.Name), from.Object!, cancellationToken);

    public override async Task TransferAsync(NamePair pair, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        SyncItem item = pair.Source!;
        string[] segments = SegmentsOf(item.Name);
        using ContainedFolder folder = ContainedFolder.Open(target.Root, segments.AsSpan(..^1), creates: true);
        _collisions.Check(item.Name);
        string path = Path.Combine(folder.Path, segments[^1]);
        RequirePlainFile(path, Path.Combine(folder.RealPath, segments[^1]));
        if (rules.DeletesExtra && FileStatus.Of(path, followsLink: false) is { Kind: FileKind.Folder })
        {
            RemoveEmptyTree(segments);
        }

        var options = new GetFileOptions
        {
            // Where case is ignored, a file that was not found under this name belongs to another key.
            Overwrite = pair.Target is not null || !(rules.IsConditional || _collisions.ArePossible),
            IfRevision = rules.IsConditional ? item.Object!.Revision : null,
            Progress = progress,
        };
        var download = new FileDownload(source.Objects, source.KeyOf(item.Name), options)
        {
            BeforeCommit = (file, properties) => Finish(file, properties, path, pair.Target),
            LeavesFolder = true,
        };
        await folder.RunAsync(() => download.RunAsync(path, cancellationToken)).ConfigureAwait(false);
        _unflushed.Add(segments.AsSpan(..^1));
    }

    public override void Finish() => _unflushed.Flush();

    public override Task DeleteAsync(SyncItem to, CancellationToken cancellationToken)
    {
        string[] segments = to.Name.Split('/');
        using (ContainedFolder folder = ContainedFolder.Open(target.Root, segments.AsSpan(..^1), creates: false))
        {
            string path = Path.Combine(folder.Path, segments[^1]);
            RequireUntouched(path, Path.Combine(folder.RealPath, segments[^1]), to.File);
            folder.Run(() => File.Delete(path));
        }

        RemoveEmptyFolders(segments);
        return Task.CompletedTask;
    }

    private static void RequirePlainFile(string path, string realPath)
    {
        if (FileStatus.Of(path, followsLink: false) is { Kind: FileKind.Link or FileKind.Special })
        {
            throw new IOException(
                $"'{Visible.Text(realPath)}' is a link or a special file. It is not replaced. Remove it, or choose another folder.");
        }
    }

    private static void RequireUntouched(string path, string realPath, FileStatus expected)
    {
        if (FileStatus.Of(path, followsLink: false) != expected)
        {
            throw new IOException($"The file '{Visible.Text(realPath)}' has changed since it was read. Plan again.");
        }
    }

    private string[] SegmentsOf(string name) => FileNames.TrySplit(name, rules.IsPortable, out string[]? segments, out string? problem)
        ? segments
        : throw new IOException(
            $"The name '{Visible.Text(name)}' is not valid for a file, because {problem}. Copy the object to another key, or leave it "
            + "out.");

    private void Finish(SafeFileHandle file, ObjectProperties properties, string path, SyncItem? found)
    {
        if (rules.IsConditional && found is not null)
        {
            RequireUntouched(path, target.PathOf(found.Name), found.File);
        }

        if (rules.Options.KeepTimes && FileTimes.Read(properties.Metadata) is { } time)
        {
            File.SetLastWriteTimeUtc(file, time);
        }
    }

    /// <summary>Removes a folder in which there are only folders. They have no like in the bucket, and need the place of a file.</summary>
    /// <exception cref="IOException">There is a file or a link in it.</exception>
    private void RemoveEmptyTree(string[] segments)
    {
        using (ContainedFolder folder = ContainedFolder.Open(target.Root, segments, creates: false))
        {
            foreach (string inner in Directory.EnumerateDirectories(folder.Path))
            {
                RemoveEmptyTree([.. segments, Path.GetFileName(inner)]);
            }
        }

        using ContainedFolder parent = ContainedFolder.Open(target.Root, segments.AsSpan(..^1), creates: false);
        parent.Run(() => Directory.Delete(Path.Combine(parent.Path, segments[^1])));
    }

    /// <summary>A bucket has no empty folders, so a folder whose last file was deleted goes, too.</summary>
    private void RemoveEmptyFolders(string[] segments)
    {
        for (int depth = segments.Length - 1; depth > 0; depth--)
        {
            try
            {
                using ContainedFolder parent = ContainedFolder.Open(target.Root, segments.AsSpan(..(depth - 1)), creates: false);
                Directory.Delete(Path.Combine(parent.Path, segments[depth - 1]));
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // It is not empty, or was already deleted.
                return;
            }
        }
    }
}
