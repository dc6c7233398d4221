namespace Monolith.Embeddings.Kafka.Tests.Guide;

/// <summary>The guide, and the code blocks in it.</summary>
internal static class Page
{
    private static readonly GuidePage Guide = new("kafka.md", "tests", "Monolith.Embeddings.Kafka.Tests", "Guide");

    public static string Compiled(string file) => Guide.Compiled(file);

    public static string[] Blocks(string language) => Guide.Blocks(language);
}
