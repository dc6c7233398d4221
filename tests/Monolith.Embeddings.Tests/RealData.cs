namespace Monolith.Embeddings.Tests;

/// <summary>Finds the real data sets, which are not part of the repository: MONOLITH_DATA, or shared/data beside the repository.</summary>
internal static class RealData
{
    /// <summary>The path of a file of the data sets; ignores the test where there are none.</summary>
    public static string File(string name)
    {
        var folder = Folder();
        if (folder is null) Assert.Ignore("The real data sets are not here: set MONOLITH_DATA to their folder.");
        var path = Path.Combine(folder!, name);
        if (!System.IO.File.Exists(path)) Assert.Ignore($"The data set file '{path}' is not here.");
        return path;
    }

    private static string? Folder()
    {
        if (Environment.GetEnvironmentVariable("MONOLITH_DATA") is { Length: > 0 } named) return named;
        for (var folder = new DirectoryInfo(TestContext.CurrentContext.TestDirectory); folder is not null; folder = folder.Parent)
        {
            if (!System.IO.File.Exists(Path.Combine(folder.FullName, "Monolith.Embeddings.sln"))) continue;
            var data = Path.Combine(folder.FullName, "..", "shared", "data");
            return Directory.Exists(data) ? data : null;
        }
        return null;
    }
}
