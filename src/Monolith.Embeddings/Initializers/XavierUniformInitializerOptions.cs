using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Initializers;

/// <summary>Weights start evenly spread over [-a, a], a = sqrt(6 / (<see cref="FanIn"/> + <see cref="FanOut"/>)).</summary>
public sealed class XavierUniformInitializerOptions : InitializerOptions
{
    /// <summary>How many inputs feed an output, 1 to 2^31 - 1. Default 1: one id at a time is looked up.</summary>
    public int FanIn { get; set; } = 1;

    /// <summary>How many outputs an input feeds, 1 to 2^31 - 1: usually the segment's dimension. Default 16.</summary>
    public int FanOut { get; set; } = 16;

    /// <inheritdoc />
    public override Initializer Create() => new XavierUniformInitializer(this);

    /// <inheritdoc />
    public override void CollectErrors(OptionErrors errors)
    {
        errors.InRange(nameof(FanIn), FanIn, 1, int.MaxValue);
        errors.InRange(nameof(FanOut), FanOut, 1, int.MaxValue);
    }
}
