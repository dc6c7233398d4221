using Experiments.Data;
using OnlineTraining.Contest;

namespace Experiments;

/// <summary>Rates and sizes by the form of the data. Where they were chosen, and on what, stands in docs/results/README.md.</summary>
internal static class ModelChoices
{
    /// <summary>The model for data of a form.</summary>
    public static ModelSettings Of(LogFormat format) => format switch
    {
        LogFormat.Criteo => new ModelSettings { Dimension = 16, Hidden = [256, 128], BatchSize = 256, VectorRate = 0.02f },
        _ => new ModelSettings(),
    };
}
