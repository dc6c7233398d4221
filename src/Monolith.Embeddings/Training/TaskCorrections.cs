using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;

namespace Monolith.Embeddings.Training;

/// <summary>Whether a model learns each task as the schema says.</summary>
internal static class TaskCorrections
{
    /// <exception cref="NotSupportedException">It does not; the message names the tasks and what to do.</exception>
    public static void Require(OnlineModel model, FeatureSchema schema)
    {
        LabelTask[] others = [.. schema.Tasks.Where(task => !model.SupportsCorrection(task))];
        if (others.Length == 0) return;
        throw new NotSupportedException(
            $"The model '{model.Name}' does not learn as the schema's tasks say: "
            + $"{string.Join(", ", others.Select(task => $"'{task.Name}' {task.Correction}"))}. Choose another "
            + $"{nameof(LabelTaskOptions.Correction)}, or override {nameof(OnlineModel.SupportsCorrection)} where the model does.");
    }
}
