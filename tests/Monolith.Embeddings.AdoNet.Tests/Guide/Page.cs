namespace Monolith.Embeddings.AdoNet.Tests.Guide;

/// <summary>The guide, and the code blocks in it.</summary>
internal static class Page
{
    private static readonly GuidePage Guide = new("database.md", "tests", "Monolith.Embeddings.AdoNet.Tests", "Guide");

    public static string Compiled(string file) => Guide.Compiled(file);

    public static string[] Blocks(string language) => Guide.Blocks(language);
}
