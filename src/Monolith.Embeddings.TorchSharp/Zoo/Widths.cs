using System.Runtime.CompilerServices;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.TorchSharp.Zoo;

/// <summary>Numbers of which a module is made.</summary>
internal static class Widths
{
    public static void Require(int width, int least = 1, [CallerArgumentExpression(nameof(width))] string name = "") =>
        OutOfRange.ThrowIfLess(width, least, name);
}
