"""What reconcile's starts are compared with: `boto3_pool.py COUNT THREADS` sends the same requests and does no more."""

import sys
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

import boto3
from botocore.config import Config

from tests.bench.jobs import start


def main(count, threads):
    client = boto3.client("emr-serverless", config=Config(max_pool_connections=threads))

    def send(number):
        client.start_job_run(**start(number, str(uuid.uuid4())))

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(send, range(count)))


main(int(sys.argv[1]), int(sys.argv[2]))
