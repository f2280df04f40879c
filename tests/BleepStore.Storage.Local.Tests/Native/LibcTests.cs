using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using BleepStore.Storage.Local.IO;
using BleepStore.Storage.Local.Native;
using BleepStore.Storage.Local.Tests.Support;

namespace BleepStore.Storage.Local.Tests.Native;

/// <summary>The functions of libc that the backend imports, and the system calls that it makes by number.</summary>
public class LibcTests : LocalFixture
{
    /// <summary>
    /// Exported by musl 1.2.3 and later versions, and by glibc. musl 1.2.5 lacks <c>renameat2</c>, and older versions lack <c>statx</c> and
    /// <c>preadv2</c> too. No musl has <c>stat64</c>, <c>getdents64</c> or <c>gnu_get_libc_version</c>.
    /// </summary>
    private static readonly string[] InEveryLibc =
    [
        "close", "copy_file_range", "fcntl", "fgetxattr", "flock", "fsetxattr", "fstatfs", "fsync", "ftruncate", "getrlimit", "linkat", "mkdirat", "open",
        "openat", "pread", "pwrite", "renameat", "sync_file_range", "syscall", "unlinkat",
    ];

    [Test]
    public void No_import_names_a_function_that_musl_lacks()
    {
        (string Library, string Function)[] imports = [.. Imports(typeof(LocalStore).Assembly)];

        Assert.That(imports, Has.Length.GreaterThanOrEqualTo(InEveryLibc.Length), "the imports were not found");
        Assert.That(imports.Select(static import => import.Library), Is.All.EqualTo("libc"));
        Assert.That(imports.Select(static import => import.Function).Distinct(), Is.SubsetOf(InEveryLibc));
    }

    /// <summary>FAT and exFAT number a file anew after each mount. ETags and metadata would be lost.</summary>
    [TestCase(0x4D44, true)]
    [TestCase(0x2011_BAB0, true)]
    [TestCase(0xEF53, false)]
    [TestCase(0x5846_5342, false)]
    [TestCase(0x0102_1994, false)]
    public void A_file_system_that_invents_the_numbers_of_files_is_known_by_its_type(long type, bool expected) =>
        Assert.That(FileSystemTypes.InventsNumbers((uint)type), Is.EqualTo(expected));

    [Test]
    public async Task The_type_of_a_file_system_is_that_of_its_header()
    {
        await using ForeignMount disk = await ForeignMount.OpenAsync(Root, "tmpfs", "size=1m");
        Assert.That(new NativeLayer(stepwise: false).OpenRoot(disk.Path, out DiskFolder folder), Is.EqualTo(DiskError.None));
        using (folder)
        {
            Assert.That((Posix.FileSystemType(folder, out uint type), type), Is.EqualTo((0, 0x0102_1994u)));
            Assert.That(folder.KeepsNumbers, Is.True);
        }
    }

    [Test]
    public void Calls_by_number_work_on_real_files_and_tell_their_errors()
    {
        string one = Path.Combine(Root, "one");
        Directory.CreateDirectory(Root);
        File.WriteAllText(one, "one");
        File.WriteAllText(Path.Combine(Root, "other"), "the other");
        File.SetLastWriteTimeUtc(one, new DateTime(2020, 1, 2, 3, 4, 5, DateTimeKind.Utc));
        Assert.That(new NativeLayer(stepwise: false).OpenRoot(Root, out DiskFolder folder), Is.EqualTo(DiskError.None));
        using (folder)
        {
            Assert.That(folder.OpenFile("one", out DiskFile file), Is.EqualTo(DiskError.None));
            using (file)
            {
                byte[] bytes = new byte[10];
                Assert.That(file.Stat(out FileStatus status), Is.EqualTo(DiskError.None));
                Assert.That((status.IsFile, status.Size, status.LastModified.Year), Is.EqualTo((true, 3, 2020)));
                Assert.That(folder.Stat("one", out FileStatus named), Is.EqualTo(DiskError.None));
                Assert.That((named.Inode, named.Changed), Is.EqualTo((status.Inode, status.Changed)));
                DiskError error = file.ReadCached(bytes, 1, out int count);
                Assert.That((error, Encoding.UTF8.GetString(bytes, 0, count)), Is.EqualTo((DiskError.None, "ne")));
                Assert.That(file.ReadCached(bytes, -2, out _), Is.EqualTo(DiskError.Invalid));
            }

            Assert.That(folder.Exchange("one", folder, "other"), Is.EqualTo(DiskError.None));
            Assert.That(File.ReadAllText(one), Is.EqualTo("the other"));
            Assert.That(File.ReadAllText(Path.Combine(Root, "other")), Is.EqualTo("one"));

            Assert.That(folder.Stat("none", out _), Is.EqualTo(DiskError.NotFound));
            Assert.That(folder.Exchange("one", folder, "none"), Is.EqualTo(DiskError.NotFound));
        }
    }

    /// <summary>The compiler makes a method of its own for an import whose arguments it marshals.</summary>
    private static IEnumerable<(string Library, string Function)> Imports(Assembly assembly) =>
        from type in assembly.GetTypes()
        where type.Namespace == typeof(NativeLayer).Namespace
        from method in type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
        let import = method.GetCustomAttribute<DllImportAttribute>()
        where import is not null
        select (import.Value, import.EntryPoint ?? method.Name);
}
