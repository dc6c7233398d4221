using System.Formats.Tar;

namespace BeforeAfter.Versions;

/// <summary>The repository that the versions come from.</summary>
internal sealed class Repository
{
    private const char EndOfName = '\0';

    private Repository(string root) => Root = root;

    /// <summary>Its folder.</summary>
    public string Root { get; }

    /// <summary>The repository around a folder.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    public static Repository Around(string folder)
    {
        var (code, output) = Command.Run(folder, "git", "rev-parse", "--show-toplevel");
        if (code != 0) throw new UsageException($"'{folder}' lies in no git repository: {output.Trim()}");
        return new Repository(output.Trim());
    }

    /// <summary>The full name of a commit; <see cref="Settings.WorkTree"/> stays what it is.</summary>
    /// <param name="version">A commit by any name that git knows, or <see cref="Settings.WorkTree"/>.</param>
    /// <exception cref="UsageException">Git knows no such commit.</exception>
    public string Resolve(string version)
    {
        if (version == Settings.WorkTree) return version;
        var (code, output) = Command.Run(Root, "git", "rev-parse", "--verify", "--quiet", "--end-of-options", version + "^{commit}");
        return code == 0 ? output.Trim() : throw new UsageException(
            $"'{version}' is no commit of '{Root}'. Name a commit, a branch or a tag, or '{Settings.WorkTree}' for the files as they are.");
    }

    /// <summary>Writes the files of a version to a folder.</summary>
    /// <param name="version">What <see cref="Resolve"/> returned.</param>
    /// <param name="folder">An empty folder.</param>
    public void Extract(string version, string folder)
    {
        if (version == Settings.WorkTree) CopyWorkTree(folder);
        else ExtractCommit(version, folder);
    }

    private void ExtractCommit(string commit, string folder)
    {
        var (code, error) = Command.Pipe(
            Root, archive => TarFile.ExtractToDirectory(archive, folder, overwriteFiles: true), "git", "archive", "--format=tar", commit);
        if (code != 0) throw new UsageException($"git cannot archive {commit}: {error.Trim()}");
    }

    // What git follows or would follow; not what it ignores, such as the output of builds.
    private void CopyWorkTree(string folder)
    {
        var (code, output) = Command.Run(Root, "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard");
        if (code != 0) throw new UsageException($"git cannot list the files of '{Root}': {output.Trim()}");
        foreach (var name in output.Split(EndOfName, StringSplitOptions.RemoveEmptyEntries))
        {
            // Files that were deleted, but not yet for git.
            if (!File.Exists(Path.Combine(Root, name))) continue;
            var copy = Path.Combine(folder, name);
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(Path.Combine(Root, name), copy, overwrite: true);
        }
    }
}
