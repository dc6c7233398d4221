using System.Reflection;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Tests.Architecture;

/// <summary>Inside a folder, too, uses go one way: each sub-folder uses only those of a lower level.</summary>
public class SubFolderTests
{
    private static readonly Assembly Library = typeof(EmbeddingTable).Assembly;

    // By folder, the levels of its sub-folders from the ground up; "" is the folder itself.
    private static readonly Dictionary<string, string[][]> Orders = new()
    {
        ["Tables"] =
        [
            ["Options"],
            ["Observing"],
            ["Rules", "Capacity"],
            ["Stripes"],
            ["Batches", "Ranking"],
            ["Cuts", "Serving"],
            ["Eviction"],
            [""],
            ["Ranges"],
        ],
        ["Kernels"] = [["Functions", "Lanes"], ["Halves", "Reductions", "Segments"], ["Gradients", "Loops", "Matrices"], ["Rules"]],
        ["Admission"] = [[""], ["Counting"], ["Filters"]],
        ["Expiry"] = [["EventTimes"], [""], ["Policies"]],
        ["Features"] = [["Catalogue", "Schema"], ["Batches", "Blocks"], ["Derived"], ["Lookup", "Rows"]],
        ["Models"] = [["Losses", "Sections"], ["Calibration"], [""], ["Graph"], ["BuiltIn"]],
        ["Optimizers"] = [["Schedules"], [""], ["Rules"]],
        ["Serving"] = [["ServedLogs"], ["Requests"], ["Loading"], [""], ["Canary", "Live"]],
        ["Training"] =
        [
            ["Forgetting", "Options", "Reading"],
            ["Metrics", "Observing"],
            ["Ranking", "Schedules", "Slices", "Stale"],
            ["Evaluation"],
            ["Publication"],
            ["Commits"],
            ["Migration"],
            [""],
        ],
        ["Streams"] =
        [
            ["Gzip", "Joining/Entries", "Joining/Index", "Joining/Keys", "Joining/Stores", "Negatives/Items"],
            ["Joining/Options"],
            [""],
            ["ExampleLogs", "Files", "Joining/Journal", "Negatives", "Sampling"],
            ["Joining/State"],
            ["Joining/Reading"],
            ["Joining"],
        ],
        ["Snapshots"] =
        [
            ["Progress", "Stores"],
            ["Stores/Disk", "Stores/Memory"],
            ["Files"],
            ["Manifest"],
            ["Forgetting"],
            ["Contents"],
            ["Audit", "Folding"],
            ["Restoring"],
            ["Saving", "WarmStarting"],
            ["Compaction", "Inspection", "Backup"],
        ],
    };

    [Test]
    public void Every_folder_with_sub_folders_has_an_order()
    {
        var found = Folders().Where(folder => folder.Contains('/')).Select(folder => folder.Split('/')[0]).Distinct();
        Assert.That(found, Is.EquivalentTo(Orders.Keys));
    }

    [Test]
    public void An_order_names_every_sub_folder_once()
    {
        foreach (var (folder, order) in Orders)
        {
            var found = Folders().Where(name => name == folder || name.StartsWith(folder + '/', StringComparison.Ordinal));
            var names = found.Select(name => name[folder.Length..].TrimStart('/'));
            Assert.That(order.SelectMany(level => level), Is.EquivalentTo(names), folder);
        }
    }

    [Test]
    public void A_type_stands_in_one_folder() => Assert.That(TypeFolders.Scattered, Is.Empty);

    [Test]
    public void Every_type_of_a_folder_is_found() =>
        Assert.That(Library.GetTypes().Where(type => IsOurs(type) && TypeFolders.Of(type) is null).Select(type => type.FullName), Is.Empty);

    [Test]
    public void A_sub_folder_uses_only_sub_folders_of_a_lower_level()
    {
        var wrong =
            from use in Uses()
            let levels = Levels(use.Folder)
            where levels.GetValueOrDefault(use.To, int.MaxValue) >= levels.GetValueOrDefault(use.From, -1)
            select $"{use.Folder}/{use.From} uses {use.Folder}/{use.To}: {use.Example}";
        Assert.That(wrong, Is.Empty);
    }

    private static IEnumerable<(string Folder, string From, string To, string Example)> Uses() =>
        from type in Library.GetTypes()
        where IsOurs(type)
        let place = Split(type)
        from used in TypeReferences.Of(type)
        where used.Assembly == Library && IsOurs(used)
        let other = Split(used)
        where other.Folder == place.Folder && other.Sub != place.Sub
        group $"{type} -> {used}" by (place.Folder, place.Sub, To: other.Sub) into uses
        select (uses.Key.Folder, uses.Key.Sub, uses.Key.To, string.Join("; ", uses.Distinct().Take(8)));

    private static Dictionary<string, int> Levels(string folder) =>
        Orders.TryGetValue(folder, out var order)
            ? order.SelectMany((names, level) => names.Select(name => (name, level))).ToDictionary()
            : [];

    private static (string Folder, string Sub) Split(Type type)
    {
        var path = TypeFolders.Of(type) ?? "";
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? (path, "") : (path[..slash], path[(slash + 1)..]);
    }

    private static bool IsOurs(Type type)
    {
        while (type.DeclaringType is { } outer) type = outer;
        return type.Namespace?.StartsWith("Monolith.Embeddings.", StringComparison.Ordinal) == true && !type.Name.Contains('<');
    }

    private static IEnumerable<string> Folders() =>
        SourceFiles.All.Select(file => Path.GetDirectoryName(file.Path)!.Replace('\\', '/')).Where(folder => folder.Length > 0).Distinct();
}
