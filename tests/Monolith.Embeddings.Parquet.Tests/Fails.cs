using Monolith.Embeddings.Streams;
using NUnit.Framework.Constraints;

namespace Monolith.Embeddings.Parquet.Tests;

/// <summary>What a reading that fails throws.</summary>
internal static class Fails
{
    /// <summary>The exception of a source, for a cause of a type.</summary>
    public static Constraint By<TCause>()
        where TCause : Exception => Throws.TypeOf<ExampleSourceException>().With.InnerException.InstanceOf<TCause>();
}
