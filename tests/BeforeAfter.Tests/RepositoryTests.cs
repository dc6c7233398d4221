using BeforeAfter.Versions;

namespace BeforeAfter.Tests;

public class RepositoryTests
{
    [Test]
    public void A_commit_has_the_files_that_were_committed()
    {
        using var folder = Changed();
        var repository = Repository.Around(folder.Root);
        var extracted = folder.Empty("extracted");
        repository.Extract(repository.Resolve("HEAD"), extracted);
        Assert.That(Files(extracted), Is.EqualTo([".gitignore: *.ignored", "src/deleted: old", "src/näme: old"]));
    }

    [Test]
    public void The_work_tree_has_the_files_as_they_are_but_not_those_that_git_ignores()
    {
        using var folder = Changed();
        var repository = Repository.Around(Path.Combine(folder.Root, "src"));
        var extracted = folder.Empty("extracted");
        repository.Extract(repository.Resolve(Settings.WorkTree), extracted);
        Assert.That(Files(extracted), Is.EqualTo([".gitignore: *.ignored", "src/new: new", "src/näme: new"]));
    }

    [TestCase("no-such-branch")]
    [TestCase("0123456789abcdef")]
    [TestCase("--all")]
    [TestCase("")]
    public void What_is_no_commit_is_named(string version)
    {
        using var folder = Changed();
        var repository = Repository.Around(folder.Root);
        Assert.That(() => repository.Resolve(version), Throws.TypeOf<UsageException>().With.Message.Contains($"'{version}' is no commit"));
    }

    [Test]
    public void A_folder_without_a_repository_is_named()
    {
        var folder = Directory.CreateTempSubdirectory("before-after-tests-").FullName;
        Assert.That(() => Repository.Around(folder), Throws.TypeOf<UsageException>().With.Message.Contains(folder));
        Directory.Delete(folder);
    }

    [Test]
    public void A_version_without_the_core_is_refused_before_it_is_built()
    {
        using var folder = new GitFolder(("benchmarks/BeforeAfter.Driver/driver", ""), ("benchmarks/BeforeAfter.Contract/contract", ""));
        var builder = new VersionBuilder(Repository.Around(folder.Root), folder.Empty("builds"));
        Assert.That(
            () => builder.Build("before", "HEAD", null),
            Throws.TypeOf<UsageException>().With.Message.Contains("has 0 files of the name Monolith.Embeddings.csproj"));
    }

    private static GitFolder Changed()
    {
        var folder = new GitFolder((".gitignore", "*.ignored"), ("src/näme", "old"), ("src/deleted", "old"));
        folder.Write("src/näme", "new");
        folder.Write("src/new", "new");
        folder.Write("src/output.ignored", "new");
        File.Delete(Path.Combine(folder.Root, "src/deleted"));
        return folder;
    }

    private static IEnumerable<string> Files(string folder) =>
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(file => $"{Path.GetRelativePath(folder, file).Replace('\\', '/')}: {File.ReadAllText(file)}")
            .Order(StringComparer.Ordinal);
}
