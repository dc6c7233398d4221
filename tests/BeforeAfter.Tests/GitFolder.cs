using BeforeAfter.Versions;

namespace BeforeAfter.Tests;

/// <summary>A repository with one commit, in a folder that is deleted in the end.</summary>
internal sealed class GitFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("before-after-tests-");

    public GitFolder(params (string Name, string Text)[] files)
    {
        Directory.CreateDirectory(Root);
        Git("init", "--quiet");
        foreach (var (name, text) in files) Write(name, text);
        Git("add", "--all");
        Git("-c", "user.name=Tests", "-c", "user.email=tests@localhost", "commit", "--quiet", "--message", "All");
    }

    public string Root => Path.Combine(_folder.FullName, "repository");

    /// <summary>A folder beside the repository, empty.</summary>
    public string Empty(string name) => _folder.CreateSubdirectory(name).FullName;

    public void Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(Root, name))!);
        File.WriteAllText(Path.Combine(Root, name), text);
    }

    public void Dispose()
    {
        // Git's objects are read-only, which some systems do not delete.
        foreach (var file in _folder.EnumerateFiles("*", SearchOption.AllDirectories)) file.IsReadOnly = false;
        _folder.Delete(recursive: true);
    }

    private void Git(params string[] arguments)
    {
        var (code, output) = Command.Run(Root, "git", arguments);
        Assert.That(code, Is.Zero, output);
    }
}
