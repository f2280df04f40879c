using BleepStore.Storage.Basics;

namespace BleepStore.Storage.Transfers.Folders;

/// <summary>From a folder to a bucket.</summary>
internal sealed class UploadDirection(FolderPlace source, BucketPlace target, TransferRules rules) : Direction
{
    private readonly FileComparison _comparison = new(target.Objects);
    private readonly ObjectWrites _writes = new(target, rules);

    public override bool SkipsMarkers => true;

    public override Task<Sameness> CompareAsync(SyncItem from, SyncItem to, CancellationToken cancellationToken) =>
        _comparison.CompareAsync(source.PathOf(from.Name), from, target.KeyOf(from.Name), to.Object!, cancellationToken);

    public override async Task TransferAsync(NamePair pair, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        SyncItem file = pair.Source!;
        string path = source.PathOf(file.Name);
        FileStatus before = rules.IsConditional ? file.File : FileStatus.Of(path, followsLink: true) ?? file.File;
        RequireUntouched(path, before);
        PutOptions options = new PutOptions(AttributesOf(file.Name, before)) { Progress = progress };
        await _writes.WriteAsync(
            pair.Target,
            file.Name,
            (ifAbsent, ifRevision) => target.Objects.PutFileAsync(
                target.KeyOf(file.Name), path, options with { IfAbsent = ifAbsent, IfRevision = ifRevision }, cancellationToken),
            cancellationToken).ConfigureAwait(false);
        if (FileStatus.Of(path, followsLink: true) is null)
        {
            throw new IOException(
                $"The file '{Visible.Text(path)}' was removed meanwhile, so it is unknown whether it was written before.");
        }

        RequireUntouched(path, before);
    }

    public override Task DeleteAsync(SyncItem to, CancellationToken cancellationToken) => _writes.DeleteAsync(to, cancellationToken);

    private static void RequireUntouched(string path, FileStatus expected)
    {
        if (FileStatus.Of(path, followsLink: true) is { } found && found != expected)
        {
            throw new IOException(
                $"The file '{Visible.Text(path)}' was written meanwhile. Run the transfer again when no program writes to the file.");
        }
    }

    private ObjectAttributes AttributesOf(string name, FileStatus file)
    {
        ObjectAttributes attributes = rules.Attributes?.Invoke(name) ?? new ObjectAttributes();
        if (!rules.Options.KeepTimes)
        {
            return attributes;
        }

        var metadata = new Dictionary<string, string>(attributes.Metadata, StringComparer.OrdinalIgnoreCase);
        return metadata.TryAdd(FileTimes.Metadata, FileTimes.Format(file.Modified)) ? attributes with { Metadata = metadata } : attributes;
    }
}
