using Monolith.Embeddings.Models;
using Monolith.Embeddings.Serving.Requests;

namespace Monolith.Embeddings.Serving.Live;

/// <summary>Makes the models that predict beside one that learns.</summary>
internal static class LiveModels
{
    /// <summary>Two models like another one; the caller owns them.</summary>
    /// <exception cref="ArgumentException">The factory makes others, or the one that learns.</exception>
    public static ServingModel Like(OnlineModel trained, Func<OnlineModel> createModel)
    {
        return ServingModel.Own(Create(), Create);

        OnlineModel Create()
        {
            var model = createModel() ?? throw new ArgumentException("The factory made no model.", nameof(createModel));
            if (ReferenceEquals(model, trained))
            {
                throw new ArgumentException(
                    "The factory gave the model that the trainer learns with. It must make others like it: what learns cannot predict "
                    + "at the same time.", nameof(createModel));
            }
            if (model.Name == trained.Name && model.Schema.Matches(trained.Schema)) return model;
            var differs = model.Name != trained.Name
                ? $"'{model.Name}', and the trainer's is '{trained.Name}'."
                : $"of another schema: {model.Schema.DifferencesFrom("the factory's", trained.Schema, "the trainer's")}.";
            model.Dispose();
            throw new ArgumentException($"The factory's model is {differs}", nameof(createModel));
        }
    }
}
