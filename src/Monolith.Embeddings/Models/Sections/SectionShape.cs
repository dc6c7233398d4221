namespace Monolith.Embeddings.Models.Sections;

/// <summary>The dimensions of floats, outermost first.</summary>
internal static class SectionShape
{
    /// <summary>The product of the dimensions; -1 where one is negative or the product is beyond an array.</summary>
    public static long LengthOf(ReadOnlySpan<int> shape)
    {
        var length = 1L;
        foreach (var dimension in shape)
        {
            if (dimension < 0) return -1;
            length *= dimension;
            if (length > Array.MaxLength) return -1;
        }
        return length;
    }

    /// <summary>The shape as a text, such as <c>[8, 5]</c>.</summary>
    public static string TextOf(ReadOnlySpan<int> shape) => $"[{string.Join(", ", shape.ToArray().Select(dimension => $"{dimension}"))}]";
}
