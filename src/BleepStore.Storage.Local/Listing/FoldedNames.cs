using BleepStore.Storage.Local.IO;
using BleepStore.Storage.Local.Layout;

namespace BleepStore.Storage.Local.Listing;

/// <summary>
/// The names of a folder as keys spell them. Some systems ignore the case or form of names. There a name of another program, such as
/// <c>README.md</c>, stands for the key that leads to it.
/// </summary>
/// <param name="root">The store's root.</param>
/// <param name="entries">All entries of the folder.</param>
internal sealed class FoldedNames(LocalRoot root, List<FolderEntry> entries)
{
    private HashSet<string?>? _names;

    /// <summary>
    /// Returns the spelling of a name. A folder with entries of both spellings tells them apart, so each is a name of its own.
    /// </summary>
    public string SpelledOf(string name)
    {
        if (!root.Layer.NeedsPortableNames || PortableNames.Fold(name) is not { } folded || folded == name)
        {
            return name;
        }

        _names ??= new HashSet<string?>(entries.Select(static entry => entry.Name), StringComparer.Ordinal);
        return _names.Contains(folded) ? name : folded;
    }
}
