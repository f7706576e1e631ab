"""scikit-learn's BernoulliRBM as an engine of `npm run bench -- rbm`.

Reads a line of JSON, answers with one: {"do": "open"} its version; {"do": "prepare", "file", "visible", "hidden", "batch", "rate"} takes float32 rows from a
file; {"do": "fit", "epochs"} the milliseconds that so many epochs took; {"do": "score"} the mean pseudo-log-likelihood of the rows after them.
"""

import json
import sys
import time

machine = rows = None


def answer(request: dict) -> dict:
    global machine, rows
    import numpy
    import sklearn
    from sklearn.neural_network import BernoulliRBM

    if request["do"] == "open":
        return {"version": sklearn.__version__}
    if request["do"] == "prepare":
        rows = numpy.fromfile(request["file"], dtype=numpy.float32).reshape(-1, request["visible"])
        machine = BernoulliRBM(
            request["hidden"], batch_size=request["batch"], learning_rate=request["rate"], random_state=1
        )
        return {}
    if request["do"] == "fit":
        machine.set_params(n_iter=request["epochs"])
        start = time.perf_counter()
        machine.fit(rows)
        return {"ms": 1000 * (time.perf_counter() - start)}
    return {"score": float(numpy.mean([machine.set_params(random_state=i).score_samples(rows).mean() for i in range(8)]))}


for line in sys.stdin:
    try:
        print(json.dumps(answer(json.loads(line))), flush=True)
    except Exception as error:  # the other side decides what a failure means
        print(json.dumps({"error": f"{type(error).__name__}: {error}"}), flush=True)
